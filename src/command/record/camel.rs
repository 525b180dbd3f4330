//! Names of fields in camel case, made when the program is built.

/// How many letters a name in snake case has in camel case.
#[expect(
    clippy::indexing_slicing,
    reason = "it is computed when the program is built"
)]
pub const fn camel_length(snake: &str) -> usize {
    let snake = snake.as_bytes();
    let (mut length, mut at) = (0, 0);
    while at < snake.len() {
        if snake[at] != b'_' {
            length += 1;
        }
        at += 1;
    }
    length
}

/// The letters of a name in snake case, in camel case.
#[expect(
    clippy::indexing_slicing,
    reason = "it is computed when the program is built"
)]
pub const fn camel_letters<const N: usize>(snake: &str) -> [u8; N] {
    let snake = snake.as_bytes();
    let mut letters = [0; N];
    let (mut from, mut to) = (0, 0);
    let mut is_upper = false;
    while from < snake.len() {
        if snake[from] == b'_' {
            is_upper = true;
        } else {
            letters[to] = if is_upper {
                snake[from].to_ascii_uppercase()
            } else {
                snake[from]
            };
            is_upper = false;
            to += 1;
        }
        from += 1;
    }
    letters
}

/// The name of a field in camel case: `camel!(unit_id)` is `"unitId"`.
macro_rules! camel {
    ($name:ident) => {{
        const LETTERS: [u8; $crate::command::record::camel_length(stringify!($name))] =
            $crate::command::record::camel_letters(stringify!($name));
        match str::from_utf8(&LETTERS) {
            Ok(name) => name,
            Err(_) => panic!("a name is ASCII"),
        }
    }};
}
pub(crate) use camel;

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_in_camel_case_says_the_same() {
        assert_eq!(camel!(unit_id), "unitId");
        assert_eq!(camel!(latitude_e7), "latitudeE7");
        assert_eq!(camel!(state), "state");
    }
}
