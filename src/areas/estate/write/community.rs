//! Taking a community into care.

use entity::estate::community::{Model, Policies};
use entity::ids::CommunityId;
use sea_orm::Condition;

use crate::areas::estate::EstateError;
use crate::areas::estate::access::may_create_community;
use crate::areas::estate::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::key;

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
    const KIND: &'static str = "community.create";
    type Output = CommunityId;

    /// All of them: a company has few, and their names are compared folded.
    async fn prefetch(_: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        Ok(write.load_where::<Model>(Condition::all(), false).await?)
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
            .any(|row| row.code == code || key(&row.name) == key(&name));
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

/// Finds the community of this name or code. One that is not there is taken into care, if that was
/// asked for or there is none at all: a name is mistyped more often than a community is new.
#[derive(Clone, Debug)]
pub struct OpenCommunity {
    pub name_or_code: String,
    /// It may be a new one.
    pub may_be_new: bool,
    /// The code of a new one; made up when left out.
    pub code: Option<String>,
}

/// The community that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedCommunity {
    pub id: CommunityId,
    pub is_new: bool,
    /// The code it was given because none was named.
    pub made_up_code: Option<String>,
}

impl Command for OpenCommunity {
    const KIND: &'static str = "community.open";
    type Output = OpenedCommunity;

    /// All of them: a company has few, and to a mistyped name the nearest are told.
    async fn prefetch(_: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        Ok(write.load_where::<Model>(Condition::all(), false).await?)
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
        let known = write.rows::<Model>().filter(|row| row.deleted_at.is_none());
        let known: Vec<_> = known.collect();
        if let Some(found) = rules::find_named(&known, wanted) {
            return Ok(OpenedCommunity {
                id: found.id,
                is_new: false,
                made_up_code: None,
            });
        }
        if !self.may_be_new && !known.is_empty() {
            return Err(EstateError::CommunityUnasked {
                word: wanted.to_owned(),
                known: rules::nearest_to(&known, wanted),
            }
            .into());
        }
        let made_up_code = self.code.is_none().then(|| {
            let id = write.new_id().simple().to_string();
            format!("c-{}", id.get(24..).unwrap_or(&id))
        });
        let code = self.code.as_ref().or(made_up_code.as_ref());
        let create = CreateCommunity {
            code: code.cloned().unwrap_or_default(),
            name: wanted.to_owned(),
            time_zone: rules::TIME_ZONE.to_owned(),
        };
        let id = create.decide(occasion, viewer, write)?;
        Ok(OpenedCommunity {
            id,
            is_new: true,
            made_up_code,
        })
    }
}
