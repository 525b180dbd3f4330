//! What the API answered.

use async_graphql::Response;
use serde_json::Value;

/// `data` and `errors`, as a client reads them.
#[derive(Clone, Debug)]
pub struct Answer(pub Value);

impl Answer {
    pub fn of(response: Response) -> Self {
        Self(serde_json::to_value(response).unwrap())
    }

    /// A value of an answer without errors, by its path: `signIn.viewer.name`, `edges.0.node`.
    #[track_caller]
    pub fn data(&self, path: &str) -> &Value {
        assert!(self.0.get("errors").is_none(), "{:#}", self.0);
        let pointer = format!("/data/{}", path.replace('.', "/"));
        let value = self.0.pointer(&pointer);
        value.unwrap_or_else(|| panic!("nothing at {path} in {:#}", self.0))
    }

    /// A text of an answer without errors.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        self.data(path).as_str().unwrap().to_owned()
    }

    /// The first error.
    #[track_caller]
    pub fn error(&self) -> &Value {
        let error = self.0.pointer("/errors/0");
        error.unwrap_or_else(|| panic!("no error in {:#}", self.0))
    }

    /// The code of the first error; empty when all went well.
    pub fn code(&self) -> &str {
        let code = self.0.pointer("/errors/0/extensions/code");
        code.and_then(Value::as_str).unwrap_or_default()
    }
}
