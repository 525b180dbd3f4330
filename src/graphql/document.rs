//! A query is measured before anything walks it: fragments may spread fragments, so that a few lines
//! stand for more selections than there is time for. Here each fragment is counted once.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Request, Response, Value, Variables};
use async_graphql_value::Value as Argument;

use super::limits::{
    ARGUMENTS, DEFINITIONS, MUTATION_FIELDS, QUERY_FIELDS, SELECTION_DEPTH, SELECTIONS,
    SUBSCRIPTION_FIELDS, VARIABLES,
};
use super::too_much::TooMuch;
use super::{errors, text};
use crate::error::{ApiError, Coded, ErrorCode};

/// A query that is named by its hash.
#[derive(Debug, thiserror::Error)]
#[error("PersistedQueryNotSupported")]
struct PersistedQuery;

impl Coded for PersistedQuery {
    fn code(&self) -> ErrorCode {
        ErrorCode::PERSISTED_QUERY_NOT_SUPPORTED
    }

    /// Not a text for people: some clients compare it.
    fn chinese(&self) -> String {
        self.to_string()
    }
}

/// A request whose document was parsed and is small enough to be run.
pub struct Measured {
    pub request: Request,
    /// What is to be run; a query when the request does not say which operation it means.
    pub kind: OperationType,
    /// The name of the operation, if it has one.
    pub name: Option<String>,
}

impl Measured {
    /// Parses and measures; what cannot be run is refused.
    pub fn read(mut request: Request) -> Result<Self, Box<Response>> {
        let refused = |error: ApiError| {
            let error = async_graphql::Error::from(error);
            Box::new(errors::refused(error.into_server_error(Pos::default())))
        };
        if request.query.is_empty() && request.extensions.0.contains_key("persistedQuery") {
            return Err(refused(PersistedQuery.into()));
        }
        text::check(&request.query).map_err(|it| refused(it.into()))?;
        let variables = std::mem::take(&mut request.variables);
        let wanted = request.operation_name.take();
        let document = request.parsed_query();
        let document = document.map_err(|error| Box::new(errors::refused(error)))?;
        measure(document, &variables).map_err(|it| refused(it.into()))?;
        let operation = operation(document, wanted.as_deref());
        let (kind, name) = match operation {
            Some((name, operation)) => (operation.node.ty, name.map(ToString::to_string)),
            None => (OperationType::Query, None),
        };
        request.variables = variables;
        request.operation_name = wanted;
        Ok(Self {
            request,
            kind,
            name,
        })
    }
}

/// The operation that a request means, if that is clear.
fn operation<'a>(
    document: &'a ExecutableDocument,
    wanted: Option<&str>,
) -> Option<(Option<&'a Name>, &'a Positioned<OperationDefinition>)> {
    match (&document.operations, wanted) {
        (DocumentOperations::Multiple(all), Some(wanted)) => {
            let (name, operation) = all.get_key_value(wanted)?;
            Some((Some(name), operation))
        }
        (DocumentOperations::Single(_), Some(_)) => None,
        (operations, None) => {
            let mut all = operations.iter();
            let first = all.next();
            if all.next().is_some() { None } else { first }
        }
    }
}

fn measure(document: &ExecutableDocument, variables: &Variables) -> Result<(), TooMuch> {
    if document.operations.iter().len() + document.fragments.len() > DEFINITIONS {
        return Err(TooMuch::Definitions);
    }
    let mut measure = Measure {
        document,
        sizes: variables
            .iter()
            .map(|(name, value)| (name, size(value)))
            .collect(),
        fragments: HashMap::new(),
    };
    let mut all = Size::default();
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        if operation.variable_definitions.len() > VARIABLES {
            return Err(TooMuch::Variables);
        }
        let size = measure.selections(&operation.selection_set.node, 1)?;
        let (most, over) = match operation.ty {
            OperationType::Query => (QUERY_FIELDS, TooMuch::QueryFields),
            OperationType::Mutation => (MUTATION_FIELDS, TooMuch::MutationFields),
            OperationType::Subscription => (SUBSCRIPTION_FIELDS, TooMuch::SubscriptionFields),
        };
        if size.fields > most {
            return Err(over);
        }
        all.add(size)?;
    }
    // Fragments that nothing spreads are walked as well.
    for name in document.fragments.keys() {
        measure.fragment(name, 1)?;
    }
    Ok(())
}

/// What a set of selections comes to, with its fragments written out.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Fields of the set itself.
    fields: usize,
    /// Selections at any depth.
    selections: usize,
    /// Bytes of arguments at any depth.
    arguments: usize,
    /// Levels of selections.
    height: usize,
}

impl Size {
    /// Adds what lies on the same level.
    fn add(&mut self, other: Self) -> Result<(), TooMuch> {
        self.fields = self.fields.saturating_add(other.fields);
        self.selections = self.selections.saturating_add(other.selections);
        self.arguments = self.arguments.saturating_add(other.arguments);
        self.height = self.height.max(other.height);
        if self.selections > SELECTIONS {
            return Err(TooMuch::Selections);
        }
        if self.arguments > ARGUMENTS {
            return Err(TooMuch::Arguments);
        }
        Ok(())
    }

    /// As something that is one level above it.
    fn below(mut self, fields: usize) -> Self {
        self.fields = fields;
        self.selections += 1;
        self.height += 1;
        self
    }
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// How large each variable is.
    sizes: HashMap<&'a Name, usize>,
    /// What is known of each fragment; nothing yet of one that is being looked at.
    fragments: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn selections(&mut self, set: &'a SelectionSet, depth: usize) -> Result<Size, TooMuch> {
        if depth > SELECTION_DEPTH && !set.items.is_empty() {
            return Err(TooMuch::SelectionDepth);
        }
        let mut all = Size::default();
        for selection in &set.items {
            let mut size = match &selection.node {
                Selection::Field(field) => {
                    let inner = self.selections(&field.node.selection_set.node, depth + 1)?;
                    let arguments = field.node.arguments.iter();
                    let arguments = arguments.map(|(_, value)| self.argument(&value.node));
                    let mut size = inner.below(1);
                    size.arguments = size.arguments.saturating_add(arguments.sum());
                    size
                }
                Selection::InlineFragment(inline) => {
                    let inner = self.selections(&inline.node.selection_set.node, depth + 1)?;
                    inner.below(inner.fields)
                }
                Selection::FragmentSpread(spread) => {
                    let inner = self.fragment(&spread.node.fragment_name.node, depth + 1)?;
                    inner.below(inner.fields)
                }
            };
            for directive in selection.node.directives() {
                let arguments = directive.node.arguments.iter();
                let arguments = arguments.map(|(_, value)| self.argument(&value.node));
                size.arguments = size.arguments.saturating_add(arguments.sum());
            }
            all.add(size)?;
        }
        Ok(all)
    }

    fn fragment(&mut self, name: &Name, depth: usize) -> Result<Size, TooMuch> {
        // That there is none is told by the rules of the schema.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        let size = match self.fragments.get(name) {
            Some(Some(size)) => *size,
            Some(None) => return Err(TooMuch::Cycle),
            None => {
                self.fragments.insert(name, None);
                let size = self.selections(&fragment.node.selection_set.node, depth)?;
                self.fragments.insert(name, Some(size));
                size
            }
        };
        if depth + size.height > SELECTION_DEPTH + 1 {
            return Err(TooMuch::SelectionDepth);
        }
        Ok(size)
    }

    /// The bytes of an argument, with its variables.
    fn argument(&self, value: &Argument) -> usize {
        match value {
            Argument::Variable(name) => self.sizes.get(name).copied().unwrap_or(0),
            Argument::List(items) => items.iter().map(|item| self.argument(item)).sum(),
            Argument::Object(fields) => {
                let fields = fields.iter();
                fields
                    .map(|(name, value)| name.len() + self.argument(value))
                    .sum()
            }
            Argument::String(text) => text.len(),
            _ => size_of::<Argument>(),
        }
    }
}

/// The bytes of a value, roughly.
fn size(value: &Value) -> usize {
    let inner: usize = match value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| name.len() + size(value))
            .sum(),
        Value::String(text) => text.len(),
        _ => 0,
    };
    inner + 8
}
