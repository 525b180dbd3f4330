//! Values as phones mean them, decided here for every face.
//!
//! Forms and languages differ in how they write nothing (null, an empty text, no field at all) and
//! numbers (`1234`, `1234.0`, `"1234"`). None of it changes what is meant, so none of it costs a
//! record. What stands in free JSON is left as it is.

use serde::Deserializer;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// The value as its type takes it. A field of an object that is null is one that is not there; where a
/// value may be left out, an empty text is none.
pub fn meant<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Meant(value))
}

/// Whether it says nothing: null, or a text of blanks.
pub fn says_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// A whole number, however it is written.
pub fn whole(value: &Value) -> Option<i64> {
    if let Value::String(text) = value
        && let Ok(number) = text.trim().parse()
    {
        return Some(number);
    }
    value.as_i64().or_else(|| {
        let number = float(value)?;
        (number.fract() == 0.0).then(|| cast(number))
    })
}

/// The whole number nearest to one, as clocks and positions are measured in fractions.
pub fn rounded(value: &Value) -> Option<i64> {
    whole(value).or_else(|| float(value).map(f64::round).map(cast))
}

/// A number that an `i64` comes near to.
fn float(value: &Value) -> Option<f64> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_f64(),
    };
    number.filter(|number: &f64| number.abs() < 9.2e18)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "whole, and within the bounds of what it is cast to"
)]
fn cast(number: f64) -> i64 {
    number as i64
}

struct Meant(Value);

impl IntoDeserializer<'_, Error> for Meant {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Meant {
    fn number(self) -> Value {
        whole(&self.0).map_or(self.0, Value::from)
    }
}

/// Every width of whole number is read alike.
macro_rules! whole_numbers {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number().$name(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Meant {
    type Error = Error;

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0 {
            Value::String(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => visitor.visit_f64(number),
                _ => self.0.deserialize_f64(visitor),
            },
            _ => self.0.deserialize_f64(visitor),
        }
    }

    /// Phones that keep rows in `SQLite` have 0 and 1.
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match whole(&self.0) {
            Some(number @ (0 | 1)) => visitor.visit_bool(number == 1),
            _ if says_nothing(&self.0) => visitor.visit_bool(false),
            _ => self.0.deserialize_bool(visitor),
        }
    }

    /// A number that stands for a text, such as a telephone number.
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Number(number) => visitor.visit_string(number.to_string()),
            value => value.deserialize_string(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if says_nothing(&self.0) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Meant)))
            }
            value if says_nothing(&value) => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Meant>()))
            }
            value => value.deserialize_seq(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            value if says_nothing(&value) => {
                Value::Object(serde_json::Map::new()).deserialize_map(visitor)
            }
            value => value.deserialize_map(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Value::Object(fields) = self.0 else {
            return Err(Error::custom("must be an object"));
        };
        let given = fields.into_iter().filter(|(_, value)| !value.is_null());
        visitor.visit_map(MapDeserializer::new(
            given.map(|(name, value)| (name, Meant(value))),
        ))
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char str bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        High,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Id(Uuid);

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Record {
        id: Option<Id>,
        word: Option<Word>,
        phone: Option<String>,
        #[serde(default)]
        text: String,
        count: Option<i32>,
        metres: Option<f64>,
        #[serde(default)]
        flag: bool,
        #[serde(default)]
        items: Vec<Self>,
        #[serde(default)]
        free: serde_json::Map<String, Value>,
    }

    #[test]
    fn nothing_is_nothing_however_it_is_written() {
        for nothing in [json!(null), json!(""), json!("  ")] {
            for field in [
                "id", "word", "phone", "count", "metres", "flag", "items", "free",
            ] {
                let record: Record = meant(json!({ field: nothing })).unwrap();
                assert_eq!(record, Record::default(), "{field}: {nothing}");
            }
        }
        assert_eq!(meant::<Record>(json!({ "text": null })).unwrap().text, "");
        assert_eq!(meant::<Record>(json!({ "text": " " })).unwrap().text, " ");
        assert!(meant::<Record>(json!({ "other": 1 })).is_err());
        assert!(meant::<Record>(json!({ "id": "7" })).is_err());
        assert!(meant::<Record>(json!({ "word": "low" })).is_err());
        assert!(meant::<Id>(json!("")).is_err());
    }

    #[test]
    fn numbers_are_numbers_however_they_are_written() {
        for number in [
            json!(12),
            json!(12.0),
            json!("12"),
            json!(" 12.0 "),
            json!("1.2e1"),
        ] {
            let sent = json!({ "count": number, "metres": number, "items": [{ "count": number }] });
            let record: Record = meant(sent).unwrap();
            assert_eq!(record.count, Some(12), "{number}");
            assert_eq!(record.metres, Some(12.0), "{number}");
            assert_eq!(record.items[0].count, Some(12), "{number}");
        }
        for no_number in [
            json!(1.5),
            json!("x"),
            json!("1e999"),
            json!(1e15),
            json!("NaN"),
            json!({}),
        ] {
            let sent = json!({ "count": no_number });
            assert!(meant::<Record>(sent).is_err(), "{no_number}");
        }
        assert_eq!(whole(&json!(-0.0)), Some(0));
        assert_eq!(rounded(&json!(1234.5678)), Some(1235));
        assert_eq!(rounded(&json!("1234.2")), Some(1234));
        assert_eq!(rounded(&json!("1e999")), None);
        assert_eq!(rounded(&json!(1e300)), None);
        assert_eq!(rounded(&json!(true)), None);
    }

    #[test]
    fn flags_texts_and_free_json() {
        let sent = json!({
            "flag": 1, "phone": 13_000_003_336_i64, "word": "high",
            "free": { "a": null, "b": "", "c": 1.0 },
        });
        let record: Record = meant(sent).unwrap();
        assert!(record.flag);
        assert_eq!(record.phone.as_deref(), Some("13000003336"));
        assert_eq!(record.word, Some(Word::High));
        assert_eq!(
            Value::from(record.free),
            json!({ "a": null, "b": "", "c": 1.0 })
        );
    }
}
