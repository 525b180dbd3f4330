//! How the face of a collection stands in the schema.

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{Deprecation, MetaField, MetaInputValue, MetaType, Registry};
use async_graphql::{CacheControl, OutputType as _};
use chrono::{DateTime, Utc};

use super::names::Names;
use crate::command::record::Shape;
use crate::graphql::limits;
use crate::sync::rows::RowFace;

const ID: &str = "Made by whoever made the record: a UUID in lower case.";
const DELETED: &str =
    "Whether it is gone, or no longer for this viewer; the other fields are then null.";
const SEQ: &str = "Its version, filled by the server. Keep it in the schema of the app: it says which \
    version an edit was made on.";

pub const CHECKPOINT: &str = "RowCheckpoint";

/// The query that gives rows.
pub fn pull(registry: &mut Registry, face: &dyn RowFace) -> MetaField {
    let names = Names::of(face);
    row(registry, face, &names);
    checkpoint(registry);
    let moment = DateTime::<Utc>::create_type_info(registry);
    let page = object(
        &names.page(),
        "RxDB: rows that changed, with tombstones for those that are gone.",
        [
            field("documents", list(&names.row()), "The rows as they are now."),
            field(
                "checkpoint",
                format!("{CHECKPOINT}!"),
                "Where the client stands after them: give it back with the next pull.",
            ),
            field(
                "forgetBefore",
                moment,
                "A client that keeps the mutations of its pushes (`syncPushRows`) may forget those that were\n\
                 acknowledged before this: a backup has them.",
            ),
        ],
    );
    let checkpoint = json(
        &names.input("Checkpoint"),
        "RxDB: the checkpoint of the last answer, as it arrived.",
    );
    let ty = format!("{}!", put(registry, page));
    let given = put(registry, checkpoint);
    let mut pull = field(
        &names.root("pull"),
        ty,
        "RxDB: the rows that changed since the checkpoint: at least `limit`, and at least 100, while\n\
         more exist.",
    );
    pull.args = arguments([
        argument(
            "checkpoint",
            given,
            "That of the last answer; everything is given when left out.",
        ),
        argument("limit", "Int!".to_owned(), "How many rows, at most 1000."),
    ]);
    pull.compute_complexity = Some(|_, _, _, below| Ok(limits::statements(6) + below));
    pull
}

/// The mutation that takes rows.
pub fn push(registry: &mut Registry, face: &dyn RowFace) -> MetaField {
    let names = Names::of(face);
    row(registry, face, &names);
    let sent = json(
        &names.input("PushRow"),
        "RxDB: `{newDocumentState, assumedMasterState?}`: the row as it is on the phone, and as the \
         phone had it from the server; a new row has no `assumedMasterState`.",
    );
    let sent = put(registry, sent);
    let mut push = field(
        &names.root("push"),
        list(&names.row()),
        "RxDB: takes rows written offline. Gives those that lost a value or were kept out, as they\n\
         are now or as tombstones; what was merged comes with the next pull.\n\
         Refused with `QUARANTINE_FULL`, `OVERLOADED`.",
    );
    push.args = arguments([argument(
        &names.pushed(),
        format!("[{sent}!]"),
        "The rows that were written.",
    )]);
    push
}

/// The subscription that gives rows as they change.
pub fn stream(registry: &mut Registry, face: &dyn RowFace) -> MetaField {
    let names = Names::of(face);
    row(registry, face, &names);
    checkpoint(registry);
    let event = object(
        &names.event(),
        "RxDB: rows that changed, as they are now, with tombstones for those that are gone.",
        [
            field(
                "documents",
                list(&names.row()),
                "The rows as they are now; empty when the subscription asks for none.",
            ),
            field(
                "checkpoint",
                CHECKPOINT.to_owned(),
                "That of a pull that the client has stored: the next pull goes on from there and gives these\n\
                 rows again. Null leaves the checkpoint of the client where it is.",
            ),
        ],
    );
    let headers = json(
        &names.input("Headers"),
        "RxDB: ignored; sign in with `connection_init`.",
    );
    let ty = format!("{}!", put(registry, event));
    let headers = put(registry, headers);
    let mut stream = field(
        &names.root("stream"),
        ty,
        "RxDB: the rows that change after the last pull of this session. A subscription that asks for\n\
         no documents is only notified that there is something to pull.",
    );
    stream.args = arguments([argument(
        "headers",
        headers,
        "Ignored; the query builder sends it.",
    )]);
    stream
}

fn row(registry: &mut Registry, face: &dyn RowFace, names: &Names) {
    let own = [
        field("id", String::create_type_info(registry), ID),
        field("deleted", bool::create_type_info(registry), DELETED),
        field("seq", Option::<i64>::create_type_info(registry), SEQ),
    ];
    let columns = face.columns().iter().map(|column| {
        let ty = match column.shape {
            Shape::Number => Option::<i64>::create_type_info(registry),
            Shape::Flag => Option::<bool>::create_type_info(registry),
            _ => Option::<String>::create_type_info(registry),
        };
        field(column.name, ty, column.about)
    });
    let about = format!(
        "RxDB: a row of `{}`. A field that is null is left out of the answer; a tombstone has nothing but \
         `id` and `deleted`.",
        face.collection()
    );
    let row = object(&names.row(), &about, own.into_iter().chain(columns));
    put(registry, row);
}

fn checkpoint(registry: &mut Registry) {
    let text = String::create_type_info(registry);
    let checkpoint = object(
        CHECKPOINT,
        "RxDB: where a client stands.",
        [
            field(
                "cursor",
                text.clone(),
                "Opaque; give it back with the next pull.",
            ),
            field(
                "epoch",
                text,
                "Names the history of the database. When it changes, a backup was restored and everything is\n\
                 given anew.",
            ),
        ],
    );
    put(registry, checkpoint);
}

/// Puts a type into the schema, and gives its name.
fn put(registry: &mut Registry, ty: MetaType) -> String {
    let name = ty.name().to_owned();
    registry.types.insert(name.clone(), ty);
    name
}

/// A list that holds no nulls, and is there.
fn list(item: &str) -> String {
    format!("[{item}!]!")
}

/// An object of the schema.
pub fn object(name: &str, about: &str, fields: impl IntoIterator<Item = MetaField>) -> MetaType {
    let fields = fields.into_iter().map(|field| (field.name.clone(), field));
    MetaType::Object {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        fields: fields.collect(),
        cache_control: CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription: false,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

/// Any JSON: what is inside is read row by row in Rust, so that one bad row spoils no other, and an old
/// checkpoint no pull.
fn json(name: &str, about: &str) -> MetaType {
    MetaType::Scalar {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        is_valid: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        specified_by_url: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn field(name: &str, ty: String, about: &str) -> MetaField {
    MetaField {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        args: IndexMap::new(),
        ty,
        deprecation: Deprecation::NoDeprecated,
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn arguments(
    arguments: impl IntoIterator<Item = MetaInputValue>,
) -> IndexMap<String, MetaInputValue> {
    let arguments = arguments.into_iter();
    arguments.map(|it| (it.name.clone(), it)).collect()
}

fn argument(name: &str, ty: String, about: &str) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        ty,
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}
