//! Setting what a community does otherwise than the handbooks.

use entity::estate::community;
use entity::ids::CommunityId;
use serde_json::{Map, Value};

use crate::areas::estate::access::get_to_set_policies;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::policy::Settable;

/// Stores the fields in which a community differs from the handbooks, in place of those it had.
#[derive(Clone, Debug)]
pub struct SetPolicy {
    pub community_id: CommunityId,
    pub policy: Settable,
    /// None left: as the handbooks say.
    pub own: Map<String, Value>,
}

impl Command for SetPolicy {
    const KIND: &'static str = "community.set_policy";
    type Output = ();

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        Ok(write.load::<community::Model>(communities).await?)
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let id = get_to_set_policies(viewer, write, self.community_id)?.id;
        (self.policy.check)(&self.own)
            .map_err(|why| ApiError::invalid("own", why, "内容不符合该制度的格式".to_owned()))?;
        write.update::<community::Model>(id, |row| {
            if self.own.is_empty() {
                row.policies.0.remove(self.policy.key);
            } else {
                let key = self.policy.key.to_owned();
                row.policies.0.insert(key, self.own.clone());
            }
        })
    }
}
