//! Who sees an attachment: whoever sent it, and whoever sees a record that carries it.

use std::collections::BTreeSet;

use super::{Attachments, read};
use crate::auth::Viewer;
use crate::error::ApiError;

impl Attachments {
    /// Which of these contents the viewer may see, whether they are here or not. Who has left sees
    /// none, also of his own.
    pub(super) async fn shown(
        &self,
        viewer: &Viewer,
        hashes: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ApiError> {
        let Some(person) = viewer.person() else {
            let shown = viewer.is_system().then(|| hashes.clone());
            return Ok(shown.unwrap_or_default());
        };
        if person.has_left {
            return Ok(BTreeSet::new());
        }
        let mut shown = read::held(&self.app, person.account_id, hashes).await?;
        let rest: BTreeSet<String> = hashes.difference(&shown).cloned().collect();
        if rest.is_empty() {
            return Ok(shown);
        }
        for (collection, carried) in read::carriers(&self.app, &rest).await? {
            let records = carried.keys().copied().collect();
            let seen = self
                .sight
                .seen(&self.app, viewer, &collection, &records)
                .await?;
            let carried = carried.into_iter();
            let carried = carried.filter(|(record, _)| seen.contains(record));
            shown.extend(carried.flat_map(|(_, hashes)| hashes));
        }
        Ok(shown)
    }
}
