//! The few column shapes that every table repeats.

use sea_orm_migration::prelude::*;

/// A table under construction, spelled with plain names.
pub fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).to_owned()
}

/// `id UUID PRIMARY KEY`.
pub fn id() -> ColumnDef {
    ColumnDef::new("id")
        .uuid()
        .not_null()
        .primary_key()
        .to_owned()
}

/// A column that must have a value.
pub fn required(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).not_null().to_owned()
}

/// A column that may be empty.
pub fn optional(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).null().to_owned()
}

/// Adds what every record of a realm carries: its sequence, and when it came, changed and went.
pub fn record(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(required("seq").big_integer())
        .col(required("created_at").timestamp_with_time_zone())
        .col(required("updated_at").timestamp_with_time_zone())
        .col(optional("deleted_at").timestamp_with_time_zone())
}

/// A foreign key without cascades: records are never deleted behind the back of `Write`.
pub fn reference(
    from: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(from, column)
        .to(to, "id")
        .to_owned()
}

/// An index named after its table and columns.
pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let mut index = Index::create()
        .name(format!("{table}_{}", columns.join("_")))
        .table(table)
        .to_owned();
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}
