//! What the row faces carry, as JSON for generators of code.

use std::sync::Arc;

use serde_json::{Value, json};

use super::RowFace;
use crate::command::record::{Column, Shape, Written};

/// All carried collections with their columns, parents first.
pub fn published(faces: &[Arc<dyn RowFace>]) -> Value {
    faces.iter().map(|face| collection(face.as_ref())).collect()
}

fn collection(face: &dyn RowFace) -> Value {
    let columns: Vec<Value> = face.columns().iter().map(column).collect();
    json!({ "collection": face.collection(), "table": face.table(), "columns": columns })
}

fn column(column: &Column) -> Value {
    json!({
        "name": column.name,
        "shape": shape(column.shape),
        "written": written(column.written),
        "optional": column.is_optional,
        "about": column.about,
    })
}

/// `id`, `text`, …
pub const fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Id => "id",
        Shape::Text => "text",
        Shape::Word => "word",
        Shape::Number => "number",
        Shape::Flag => "flag",
        Shape::Moment => "moment",
        Shape::Json => "json",
    }
}

/// `by_server`, `once`, …
pub const fn written(written: Written) -> &'static str {
    match written {
        Written::ByServer => "by_server",
        Written::Once => "once",
        Written::Edited => "edited",
        Written::ByStep => "by_step",
        Written::AsWitness => "as_witness",
    }
}
