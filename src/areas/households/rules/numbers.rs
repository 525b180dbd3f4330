//! Phones and papers as offices and residents write them, and as they are stored.

use crate::areas::households::error::HouseholdError;
use crate::text::names::plain;
use crate::text::{EXTENSION, last_four};

/// The most phones that one person gives.
const MOST_PHONES: usize = 5;

/// A mobile as its 11 digits, a landline as `0757-22334455`, of other countries with `+`; behind it `转801` where
/// there is an extension, and several with `/` between them. Blanks, hyphens, brackets and +86 are taken off. A
/// masked number is refused, so that it can never take the place of the real one.
pub fn phone(text: &str) -> Result<String, HouseholdError> {
    const BETWEEN: [char; 8] = ['/', '\\', '|', '、', ';', ',', '或', '\n'];
    let text = plain(text);
    if text.contains('*') {
        return Err(HouseholdError::PhoneMasked);
    }
    if let Some(one) = one_phone(&text) {
        return Ok(one);
    }
    let mut phones: Vec<String> = Vec::new();
    let parts = text.split(BETWEEN).map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        let told = match one_phone(part) {
            Some(one) => Some(vec![one]),
            None => part.split_whitespace().map(one_phone).collect(),
        };
        for one in told.ok_or(HouseholdError::PhoneUnsuitable)? {
            if !phones.contains(&one) {
                phones.push(one);
            }
        }
    }
    if (1..=MOST_PHONES).contains(&phones.len()) {
        Ok(phones.join("/"))
    } else {
        Err(HouseholdError::PhoneUnsuitable)
    }
}

/// The number to call about something: a phone as the register takes it, or whatever
/// else has 5 to 20 digits, as numbers within a house have.
pub fn contact_phone(text: &str) -> Result<String, HouseholdError> {
    let refusal = match phone(text) {
        Ok(phone) => return Ok(phone),
        Err(refusal) => refusal,
    };
    let number: String = plain(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = (5..=20).contains(&digits.len()) && is_digits(digits);
    is_number.then_some(number).ok_or(refusal)
}

fn one_phone(text: &str) -> Option<String> {
    const MARKS: [&str; 5] = ["转", "轉", "分机", "ext", "#"];
    let text: String = text.split_whitespace().collect();
    let text = text.replace(['(', ')'], "").to_lowercase();
    if let Some(number) = number(&text) {
        return Some(number);
    }
    let mut marks = MARKS.iter().filter_map(|mark| text.split_once(mark));
    let (main, extension) = marks.next().or_else(|| text.rsplit_once('-'))?;
    let extension = extension.trim_start_matches(|c: char| !c.is_ascii_digit());
    let is_extension = is_digits(extension) && extension.len() <= 6;
    let main = number(main.trim_end_matches('-')).filter(|_| is_extension)?;
    Some(format!("{main}{EXTENSION}{extension}"))
}

fn number(text: &str) -> Option<String> {
    let home = ["+86", "0086"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    let digits = home.unwrap_or(text).replace('-', "");
    if let Some(abroad) = digits.strip_prefix('+') {
        let is_number = is_digits(abroad) && (8..=15).contains(&abroad.len());
        return is_number.then(|| format!("+{abroad}"));
    }
    if !is_digits(&digits) {
        return None;
    }
    let area_code = match digits.as_bytes() {
        [b'1', ..] if digits.len() == 11 => return Some(digits),
        // Numbers of firms that everybody calls without an area code.
        [b'4' | b'8', b'0', b'0', ..] if digits.len() == 10 => return Some(digits),
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return None,
    };
    let (code, number) = digits.split_at_checked(area_code)?;
    matches!(number.len(), 7 | 8).then(|| format!("{code}-{number}"))
}

/// The number of an identity card (17 digits and a digit or X), of a permit of Hong Kong, Macau or Taiwan, of a
/// passport, or the code of a firm, whose last character must agree with the others: letters and digits only, large.
/// What stands before it (`护照：`) is taken off; a masked number is refused.
pub fn identity_number(text: &str) -> Result<String, HouseholdError> {
    let text = plain(text).to_ascii_uppercase();
    if text.contains('*') {
        return Err(HouseholdError::IdentityNumberMasked);
    }
    let written = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let number = written.replace([' ', '-', '(', ')'], "");
    let code = written.split_once('-');
    let is_taken = match code.filter(|(signs, check)| (signs.len(), check.len()) == (8, 1)) {
        Some(_) => is_organisation_code(&number),
        None => is_card(&number) || is_firm_code(&number) || is_paper(&number),
    };
    if is_taken {
        Ok(number)
    } else {
        Err(HouseholdError::IdentityNumberUnsuitable)
    }
}

fn is_card(number: &str) -> bool {
    let digits = number.strip_suffix('X').unwrap_or(number);
    number.len() == 18 && is_digits(digits)
}

/// Permits, passports and the cards of Hong Kong, Macau and Taiwan: a few letters and then digits.
fn is_paper(number: &str) -> bool {
    let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    let Some(digits) = number.get(letters..).filter(|digits| !digits.is_empty()) else {
        return false;
    };
    // The last sign in the brackets of a card of Hong Kong may be an A.
    if letters > 0 && digits.len() == 7 && digits.strip_suffix('A').is_some_and(is_digits) {
        return letters <= 2;
    }
    is_digits(digits)
        && match (letters, digits.len()) {
            // Permits for Taiwan have 8 digits, older ones 10; passports of some countries 9.
            (0, 8..=10) | (1..=3, 6..=9) | (3, 12) => true,
            // With the number of its issue.
            (1, 10) => number.starts_with(['H', 'M']),
            _ => false,
        }
}

/// Whether this is a code of a firm (统一社会信用代码): 18 characters, the last of which checks the others.
pub fn is_firm_code(code: &str) -> bool {
    const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |sign: char| SIGNS.find(sign);
    let values: Option<Vec<usize>> = code.chars().map(value).collect();
    let Some([values @ .., check]) = values.as_deref() else {
        return false;
    };
    if values.len() != 17 || !code.starts_with(|c| "123456789ANY".contains(c)) {
        return false;
    }
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = values
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    (sum + check).is_multiple_of(31)
}

/// Whether this is a code of before (组织机构代码), without its hyphen.
fn is_organisation_code(code: &str) -> bool {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let Some((signs, check)) = code.split_at_checked(8) else {
        return false;
    };
    let values: Option<Vec<u32>> = signs.chars().map(|sign| sign.to_digit(36)).collect();
    let sum: Option<u32> = values.map(|it| it.iter().zip(WEIGHTS).map(|(it, by)| it * by).sum());
    let wanted = sum.map(|sum| match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        digit => digit.to_string(),
    });
    wanted.as_deref() == Some(check)
}

/// `130****3336`, `0757-****4455转801`, each of several. Of a short one little is shown: `****45`.
pub fn masked_phone(phone: &str) -> String {
    const SHORT: usize = 7;
    const LONG: usize = 10;
    let masked = phone.split('/').map(|one| {
        let (number, extension) = one.split_at(one.find(EXTENSION).unwrap_or(one.len()));
        if number.chars().count() <= SHORT {
            let shown: Vec<char> = number.chars().rev().take(2).collect();
            let shown: String = shown.into_iter().rev().collect();
            return format!("****{shown}{extension}");
        }
        let shown = match number.split_once('-') {
            Some((area_code, _)) => format!("{area_code}-"),
            None if number.chars().count() < LONG => String::new(),
            None => number.get(..3).unwrap_or_default().to_owned(),
        };
        format!("{shown}****{}{extension}", last_four(number))
    });
    masked.collect::<Vec<_>>().join("/")
}

/// `4406***********00X`, `H1*****78`
pub fn masked_identity_number(number: &str) -> String {
    let (first, last) = if number.len() == 18 { (4, 3) } else { (2, 2) };
    let hidden = number.len().saturating_sub(first + last);
    let (start, end) = (number.get(..first), number.get(first + hidden..));
    match start.zip(end) {
        Some((start, end)) if hidden > 0 => format!("{start}{}{end}", "*".repeat(hidden)),
        _ => "*".repeat(18),
    }
}

pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::first_phone;

    #[test]
    fn phones_are_written_one_way() {
        for (text, phone_or_refusal) in [
            ("13000003336", Some("13000003336")),
            (" +86 130-0000-3336 ", Some("13000003336")),
            ("\u{202D}130 0000 3336\u{202C}", Some("13000003336")),
            ("１３００００03336", Some("13000003336")),
            ("(0757)2233 4455", Some("0757-22334455")),
            ("020-22334455", Some("020-22334455")),
            ("+852 2233 4455", Some("+85222334455")),
            ("400-888-1234", Some("4008881234")),
            ("0757-22334455转801", Some("0757-22334455转801")),
            ("0757-22334455 转 分机 801", Some("0757-22334455转801")),
            ("0757-22334455-801", Some("0757-22334455转801")),
            ("0757-22334455 ext.801", Some("0757-22334455转801")),
            (
                "13800000000/0757-22334455转801",
                Some("13800000000/0757-22334455转801"),
            ),
            ("13800000000、13900000000", Some("13800000000/13900000000")),
            ("13800000000；13900000000", Some("13800000000/13900000000")),
            ("13800000000 13900000000", Some("13800000000/13900000000")),
            ("13800000000\n13900000000", Some("13800000000/13900000000")),
            ("13800000000/13800000000", Some("13800000000")),
            ("13800000000/1390000000", None),
            ("130****3336", None),
            ("1300000333", None),
            ("0757-22334455转", None),
            ("九", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(phone(text).ok().as_deref(), phone_or_refusal, "{text}");
        }
        let masked = phone("130****3336");
        assert!(matches!(masked, Err(HouseholdError::PhoneMasked)));
        assert_eq!(
            first_phone("0757-22334455转801/13800000000"),
            "0757-22334455"
        );
    }

    #[test]
    fn whoever_is_to_be_called_may_have_a_number_within_the_house() {
        for (text, number_or_refusal) in [
            ("130-0000 3336", Some("13000003336")),
            ("\u{202D}１３０００００3336\u{202C}", Some("13000003336")),
            ("+86 13000003336", Some("13000003336")),
            ("(0757)22334455-801", Some("0757-22334455转801")),
            ("22334455", Some("22334455")),
            ("801-23", Some("80123")),
            ("130****3336", None),
            ("12", None),
            ("abc", None),
            ("", None),
        ] {
            let read = contact_phone(text).ok();
            assert_eq!(read.as_deref(), number_or_refusal, "{text}");
        }
    }

    #[test]
    fn papers_are_taken_by_their_shape_and_codes_of_firms_by_their_check() {
        for (text, number_or_refusal) in [
            ("44068119740122000x", Some("44068119740122000X")),
            ("4406 8119 7401 2200 0X", Some("44068119740122000X")),
            ("身份证：44068119740122000X", Some("44068119740122000X")),
            // A residence permit for people of Hong Kong, Macau, Taiwan.
            ("810000199001010017", Some("810000199001010017")),
            ("H12345678", Some("H12345678")),
            ("M1234567801", Some("M1234567801")),
            ("A123456(7)", Some("A1234567")),
            ("A123456(A)", Some("A123456A")),
            ("台胞证 12345678", Some("12345678")),
            ("A123456789", Some("A123456789")),
            ("护照：E12345678", Some("E12345678")),
            ("EA1234567", Some("EA1234567")),
            ("912345678", Some("912345678")),
            ("91440606MA4X123456", Some("91440606MA4X123456")),
            ("91440606ma4x123456", Some("91440606MA4X123456")),
            ("D2143569-X", Some("D2143569X")),
            // The last sign does not agree with the others.
            ("91440606MA4X123457", None),
            ("D2143569-1", None),
            ("4406811974012200", None),
            ("13800000000", None),
            ("4406***********00X", None),
            ("护照", None),
            ("", None),
        ] {
            let read = identity_number(text).ok();
            assert_eq!(read.as_deref(), number_or_refusal, "{text}");
        }
    }

    #[test]
    fn a_mask_shows_where_a_number_begins_and_ends() {
        for (number, masked) in [
            ("13000003336", "130****3336"),
            ("0757-22334455", "0757-****4455"),
            (
                "13000003336/0757-22334455转801",
                "130****3336/0757-****4455转801",
            ),
            ("22334455", "****4455"),
            ("80123", "****23"),
            ("8", "****8"),
            ("", "****"),
        ] {
            assert_eq!(masked_phone(number), masked);
        }
        for (number, masked) in [
            ("44068119740122000X", "4406***********00X"),
            ("H12345678", "H1*****78"),
        ] {
            assert_eq!(masked_identity_number(number), masked);
        }
    }
}
