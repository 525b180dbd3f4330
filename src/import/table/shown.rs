//! A number as the spreadsheet shows it: what its number format makes of it.
//!
//! A room 101 under the format `0000` is 0101 for everybody who looks at the sheet. What a format hides
//! (decimals, powers, fractions) is not guessed at: then nothing is shown.

/// A number written out, without the tail that sums leave behind the fifteenth digit.
pub fn plain(number: f64) -> String {
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{shown}")
}

/// What stands in a cell of this format; none where the format shows something else than is stored, or
/// is not understood.
pub fn shown(number: f64, format: &str) -> Option<String> {
    let sections = sections(format);
    let first = sections.first()?;
    let (section, is_signed) = match sections.len() {
        2.. if number < 0.0 => (sections.get(1)?, false),
        3.. if number == 0.0 => (sections.get(2)?, false),
        _ => (first, number < 0.0),
    };
    let shown = section_shown(&plain(number.abs()), section)?;
    Some(if is_signed {
        format!("-{shown}")
    } else {
        shown
    })
}

/// What stands in a cell of this format that holds a text: `"A-"@` puts something before it.
pub fn text_shown(text: &str, format: &str) -> Option<String> {
    let sections = sections(format);
    let of_text = sections.get(3).or_else(|| sections.last())?;
    if of_text.contains(&Token::Text) {
        return section_shown(text, of_text);
    }
    Some(text.to_owned())
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(char),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `@`
    Text,
    General,
    /// A power, a fraction, a condition, figures of another script, a part of a day.
    Unknown,
}

/// The sections of a format, for what is positive, negative, nothing and text.
fn sections(format: &str) -> Vec<Vec<Token>> {
    let mut sections = vec![Vec::new()];
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        let mut add = |token| {
            if let Some(section) = sections.last_mut() {
                section.push(token);
            }
        };
        match c {
            ';' => sections.push(Vec::new()),
            '"' => rest
                .by_ref()
                .take_while(|c| *c != '"')
                .for_each(|c| add(Token::Literal(c))),
            '\\' | '!' => rest.next().into_iter().for_each(|c| add(Token::Literal(c))),
            // A blank as wide as the next character, and one that fills the cell.
            '_' | '*' => {
                rest.next();
            }
            '[' => {
                let inside: String = rest.by_ref().take_while(|c| *c != ']').collect();
                bracket(&inside).into_iter().for_each(add);
            }
            '0' | '#' | '?' => add(Token::Digit(c)),
            '.' => add(Token::Point),
            ',' => add(Token::Comma),
            '%' => add(Token::Percent),
            '@' => add(Token::Text),
            'G' | 'g' => {
                let word: String = rest.by_ref().take(6).collect();
                let is_general = word.eq_ignore_ascii_case("eneral");
                add(if is_general {
                    Token::General
                } else {
                    Token::Unknown
                });
            }
            'E' | 'e' | '/' | 'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                add(Token::Unknown);
            }
            c => add(Token::Literal(c)),
        }
    }
    sections
}

/// `[Red]` and `[$-804]` say nothing, `[$¥-804]` is a sign; conditions and `[DBNum1]` are not followed.
fn bracket(inside: &str) -> Vec<Token> {
    const COLOURS: [&str; 8] = [
        "black", "blue", "cyan", "green", "magenta", "red", "white", "yellow",
    ];
    if let Some(sign) = inside.strip_prefix('$') {
        let sign = sign.split('-').next().unwrap_or_default();
        return sign.chars().map(Token::Literal).collect();
    }
    let inside = inside.to_lowercase();
    if COLOURS.contains(&inside.as_str()) || inside.starts_with("color") {
        return Vec::new();
    }
    vec![Token::Unknown]
}

fn section_shown(written: &str, tokens: &[Token]) -> Option<String> {
    if tokens.contains(&Token::Unknown) {
        return None;
    }
    let is_whole = |token: &Token| matches!(token, Token::Text | Token::General);
    if tokens.iter().any(is_whole) {
        let parts = tokens.iter().map(|token| match token {
            Token::Literal(c) => c.to_string(),
            token if is_whole(token) => written.to_owned(),
            _ => String::new(),
        });
        return Some(parts.collect());
    }
    let percents = tokens.iter().filter(|it| **it == Token::Percent).count();
    let point = tokens.iter().position(|token| *token == Token::Point);
    let (before, after) = tokens.split_at(point.unwrap_or(tokens.len()));
    let last_digit = before.iter().rposition(|it| matches!(it, Token::Digit(_)));
    let first_digit = before.iter().position(|it| matches!(it, Token::Digit(_)));
    // A comma behind the last digit divides by a thousand; then it is not what is stored.
    let divides = |at: usize| last_digit.is_none_or(|last| at > last);
    let commas = (0..).zip(before).filter(|(_, it)| **it == Token::Comma);
    let commas: Vec<usize> = commas.map(|(at, _)| at).collect();
    if commas.iter().any(|at| divides(*at)) || after.contains(&Token::Comma) {
        return None;
    }
    let (whole, decimals) = moved(written, 2 * percents)?;
    let mut shown = String::new();
    match first_digit {
        Some(first) => shown = integer(&whole, before, first, !commas.is_empty()),
        // Words in the place of the number.
        None if tokens.iter().all(|it| matches!(it, Token::Literal(_))) => {
            for token in before {
                push_literal(&mut shown, token);
            }
        }
        None => return None,
    }
    let mut left = decimals.chars();
    for (at, token) in (0..).zip(after) {
        match token {
            Token::Digit(kind) => match (left.next(), kind) {
                (Some(digit), _) => shown.push(digit),
                (None, '0') => shown.push('0'),
                (None, _) => {}
            },
            Token::Point if at == 0 => shown.push('.'),
            token => push_literal(&mut shown, token),
        }
    }
    // What has more decimals than are shown is shown rounded.
    left.next().is_none().then(|| shown.trim().to_owned())
}

fn push_literal(shown: &mut String, token: &Token) {
    match token {
        Token::Literal(c) => shown.push(*c),
        Token::Percent => shown.push('%'),
        _ => {}
    }
}

/// The whole part, its last figures in the places that the format has for them, from the right.
fn integer(whole: &str, tokens: &[Token], first: usize, is_grouped: bool) -> String {
    let mut figures = whole.trim_start_matches('0').chars().rev();
    let mut reversed: Vec<char> = Vec::new();
    let mut count = 0;
    let mut push = |reversed: &mut Vec<char>, figure: char| {
        if is_grouped && count > 0 && usize::is_multiple_of(count, 3) {
            reversed.push(',');
        }
        count += 1;
        reversed.push(figure);
    };
    for (at, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::Digit(kind) => {
                match (figures.next(), kind) {
                    (Some(figure), _) => push(&mut reversed, figure),
                    (None, '0') => push(&mut reversed, '0'),
                    (None, _) => {}
                }
                // What has no place of its own stands before the first.
                if at == first {
                    for figure in figures.by_ref() {
                        push(&mut reversed, figure);
                    }
                }
            }
            Token::Literal(c) => reversed.push(*c),
            Token::Percent => reversed.push('%'),
            _ => {}
        }
    }
    reversed.into_iter().rev().collect()
}

/// The figures before and behind the point, which moves so many places to the right.
fn moved(written: &str, places: usize) -> Option<(String, String)> {
    let (whole, decimals) = written.split_once('.').unwrap_or((written, ""));
    if !whole
        .bytes()
        .chain(decimals.bytes())
        .all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let padded = format!("{decimals:0<places$}");
    let (more, decimals) = padded.split_at_checked(places)?;
    Some((format!("{whole}{more}"), decimals.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_as_its_format_shows_it() {
        for (number, format, wanted) in [
            (101.0, "0000", Some("0101")),
            (101.0, "General", Some("101")),
            (101.0, "0", Some("101")),
            (101.0, "@", Some("101")),
            (101.0, "00-00", Some("01-01")),
            (11203.0, "0-00-00", Some("1-12-03")),
            (12345.0, "00-00", Some("123-45")),
            (101.0, "\"A-\"000", Some("A-101")),
            (101.0, "\\A000", Some("A101")),
            (1.0, "0\"栋\"", Some("1栋")),
            (3.0, "#层", Some("3层")),
            (7.0, "000;-000;\"无\";@", Some("007")),
            (0.0, "000;-000;\"无\";@", Some("无")),
            (-1.0, "0;\"B\"0", Some("B1")),
            (-1.0, "00", Some("-01")),
            (0.0, "#", Some("")),
            (101.0, "[Red]0000", Some("0101")),
            (101.0, "[$-804]0000", Some("0101")),
            (101.0, "0000_);(0000)", Some("0101")),
            (1234.0, "#,##0", Some("1,234")),
            (13_800_000_000.0, "000-0000-0000", Some("138-0000-0000")),
            (90.5, "0.00", Some("90.50")),
            (90.0, "0.##", Some("90.")),
            (0.1 + 0.2, "0.0", Some("0.3")),
            (0.5, "0%", Some("50%")),
            (101.0, "0.00", Some("101.00")),
            // Not what is stored.
            (1.5, "0", None),
            (101.4, "0000", None),
            (0.505, "0%", None),
            (1000.0, "0,", None),
            (1000.0, "0.00E+00", None),
            (1.5, "# ?/?", None),
            (101.0, "[DBNum1]0", None),
            (101.0, "[>100]0;00", None),
        ] {
            assert_eq!(
                shown(number, format).as_deref(),
                wanted,
                "{number} {format}"
            );
        }
    }

    #[test]
    fn a_text_may_have_something_around_it() {
        for (format, wanted) in [
            ("@", "101"),
            ("General", "101"),
            ("0000", "101"),
            ("\"A-\"@", "A-101"),
            ("0;-0;0;@\"室\"", "101室"),
        ] {
            assert_eq!(
                text_shown("101", format).as_deref(),
                Some(wanted),
                "{format}"
            );
        }
    }
}
