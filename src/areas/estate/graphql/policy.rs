//! What the handbooks leave to a community, in the API.

use async_graphql::{Context, SimpleObject};
use entity::estate::community;
use serde_json::Value;

use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::policy::Settable;

/// The policies that communities may set; the list is in `areas/mod.rs`.
pub struct Settables(pub Vec<Settable>);

/// The settings of one subject, and how a community differs from the handbooks in them.
#[derive(SimpleObject)]
pub struct Policy {
    /// Names the subject: `complaint`, `duty`, `offline`, `patrol`, `visit`.
    key: &'static str,
    /// As the handbooks say: an object with all its fields.
    default: Value,
    /// The fields in which the community differs; `{}` when in none.
    own: Value,
    /// What applies: `default`, with the fields of `own` in their place.
    in_force: Value,
}

/// The policies of a community, for those who work there.
pub fn policies(ctx: &Context<'_>, community: &community::Model) -> Vec<Policy> {
    let policy = |settable: &Settable| {
        let own = community.policies.0.get(settable.key);
        let own = own.cloned().unwrap_or_default();
        let default = (settable.default)();
        let mut in_force = default.clone();
        if let Value::Object(fields) = &mut in_force {
            fields.extend(own.clone());
        }
        Policy {
            key: settable.key,
            default,
            own: Value::Object(own),
            in_force,
        }
    };
    let works_there = ctx
        .viewer()
        .is_ok_and(|viewer| viewer.is_staff(community.id));
    let settables = ctx.data_unchecked::<Settables>().0.iter();
    settables.filter(|_| works_there).map(policy).collect()
}

/// The policy of this key.
pub fn settable(ctx: &Context<'_>, key: &str) -> Result<Settable, ApiError> {
    let mut settables = ctx.data_unchecked::<Settables>().0.iter();
    let found = settables.find(|settable| settable.key == key).copied();
    found.ok_or_else(|| ApiError::not_found("policy"))
}
