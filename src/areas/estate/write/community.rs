//! Taking a community into care.

use entity::estate::community::{Column, Model, Policies};
use entity::ids::CommunityId;
use sea_orm::{ColumnTrait, Condition};

use crate::areas::estate::access::may_create_community;
use crate::areas::estate::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::to_look_for;

/// Takes a community into care. Its realm begins with it.
#[derive(Clone, Debug)]
pub struct CreateCommunity {
    /// Short latin name, unique in the company.
    pub code: String,
    /// Unique in the company.
    pub name: String,
    /// IANA name: `Asia/Shanghai`.
    pub time_zone: String,
}

impl Command for CreateCommunity {
    type Output = CommunityId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let words = batch
            .iter()
            .flat_map(|command| [command.code.as_str(), command.name.trim()]);
        load_named(write, words).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<CommunityId, ApiError> {
        if !may_create_community(viewer) {
            return Err(ApiError::forbidden());
        }
        let (code, name) = (rules::code(&self.code)?, rules::name(&self.name)?);
        let is_taken = write
            .rows::<Model>()
            .any(|row| row.code == code || row.name == name);
        if is_taken {
            return Err(ApiError::conflict("community"));
        }
        let id = CommunityId(write.new_id());
        write.insert(Model {
            id,
            code,
            name,
            time_zone: rules::time_zone(&self.time_zone)?,
            policies: Policies::default(),
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        Ok(id)
    }
}

/// Finds the community of this name or code, or takes it into care when there is none.
#[derive(Clone, Debug)]
pub struct OpenCommunity {
    pub name_or_code: String,
    /// The code of a new one; made up when left out.
    pub code: Option<String>,
}

/// The community that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedCommunity {
    pub id: CommunityId,
    pub is_new: bool,
}

impl Command for OpenCommunity {
    type Output = OpenedCommunity;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let words = batch.iter().flat_map(|command| {
            [Some(command.name_or_code.trim()), command.code.as_deref()]
                .into_iter()
                .flatten()
        });
        load_named(write, words).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<OpenedCommunity, ApiError> {
        if !may_create_community(viewer) {
            return Err(ApiError::forbidden());
        }
        let wanted = self.name_or_code.trim();
        let known = write
            .rows::<Model>()
            .find(|row| row.deleted_at.is_none() && (row.name == wanted || row.code == wanted));
        if let Some(known) = known {
            let (id, is_new) = (known.id, false);
            return Ok(OpenedCommunity { id, is_new });
        }
        let code = self.code.clone().unwrap_or_else(|| {
            let id = write.new_id().simple().to_string();
            format!("c-{}", id.get(24..).unwrap_or(&id))
        });
        let create = CreateCommunity {
            code,
            name: wanted.to_owned(),
            time_zone: rules::TIME_ZONE.to_owned(),
        };
        let id = create.decide(occasion, viewer, write)?;
        Ok(OpenedCommunity { id, is_new: true })
    }
}

async fn load_named<'a>(
    write: &mut Write,
    words: impl Iterator<Item = &'a str>,
) -> Result<(), ApiError> {
    let words: Vec<String> = words.map(to_look_for).collect();
    let named = Condition::any()
        .add(Column::Code.is_in(words.iter().map(String::as_str)))
        .add(Column::Name.is_in(words));
    Ok(write.load_where::<Model>(named, true).await?)
}
