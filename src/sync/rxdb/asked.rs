//! Which fields of an answer were asked for. A row has no resolvers, so it is not walked by the
//! library, which makes a future of each of its cells.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, SelectionField, Value};

/// What was asked for of one object, by the names under which it is answered.
#[derive(Debug, Default)]
pub struct Asked(IndexMap<Name, Field>);

#[derive(Debug)]
struct Field {
    name: String,
    below: Asked,
}

impl Asked {
    /// What is selected below a field, its fragments written out.
    pub fn below(field: &SelectionField<'_>) -> Self {
        let mut asked = Self::default();
        asked.take(field);
        asked
    }

    /// The same name may be asked for several times, each time with other fields below it.
    fn take(&mut self, field: &SelectionField<'_>) {
        for inner in field.selection_set() {
            let key = Name::new(inner.alias().unwrap_or(inner.name()));
            let field = self.0.entry(key).or_insert_with(|| Field {
                name: inner.name().to_owned(),
                below: Self::default(),
            });
            field.below.take(&inner);
        }
    }

    /// The object, of a type of this name, from what each of its fields holds.
    pub fn object(&self, type_name: &str, value: impl Fn(&str, &Self) -> Value) -> Value {
        let fields = self.0.iter().map(|(key, field)| {
            let value = match field.name.as_str() {
                "__typename" => type_name.into(),
                name => value(name, &field.below),
            };
            (key.clone(), value)
        });
        Value::Object(fields.collect())
    }
}
