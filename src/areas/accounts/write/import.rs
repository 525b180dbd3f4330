//! Taking over the office's list of staff.

use std::collections::HashMap;

use entity::accounts::account;
use entity::estate::{community, zone};
use entity::ids::{AccountId, CommunityId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use sea_orm::{ColumnTrait, Condition};

use super::AddAccount;
use crate::areas::organisation::{AppointStaffMember, MoveStaffMember, leads, load_leaders};
use crate::auth::{Viewer, login, password};
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::names::{Named, key};

/// Takes over a list of staff, all of it or nothing: adds missing accounts, which have no password
/// yet, appoints and moves. Nobody is dismissed for not being in the list. An empty zone leaves the
/// zone that is known. The same list again changes nothing.
#[derive(Clone, Debug)]
pub struct ImportStaff {
    pub community_id: CommunityId,
    pub rows: Vec<ImportedStaffMember>,
}

/// A line of the list; the account names the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedStaffMember {
    pub account: String,
    pub name: String,
    pub post: PostKind,
    /// Name of the zone.
    pub zone: Option<String>,
}

/// What became of a list of staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedStaff {
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Accounts that were added and wait for a password.
    pub new_accounts: Vec<String>,
    /// Places in the list of rows whose zone does not exist. If there is one, nothing was taken.
    pub without_zone: Vec<usize>,
    /// Places of rows whose account belongs to somebody of this other name. If there is one, nothing
    /// was taken.
    pub of_another: Vec<(usize, String)>,
}

/// What is to be done about a row.
enum Step {
    Add(Option<ZoneId>),
    Appoint(Option<ZoneId>),
    Move(StaffMemberId, Option<ZoneId>),
    Leave,
}

impl Command for ImportStaff {
    const KIND: &'static str = "staff_member.import";
    type Output = ImportedStaff;

    async fn prefetch(batch: &[&Self], viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let appointments: Vec<_> = batch
            .iter()
            .flat_map(|command| {
                let rows = command.rows.iter();
                rows.map(|row| command.appointment(row, None))
            })
            .collect();
        let appointments: Vec<_> = appointments.iter().collect();
        AppointStaffMember::prefetch(&appointments, viewer, write).await?;
        let communities = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        load_leaders(write, communities.clone().collect()).await?;
        let zones = Condition::all().add(zone::Column::CommunityId.is_in(communities));
        Ok(write.load_where::<zone::Model>(zones, false).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<ImportedStaff, ApiError> {
        let mut imported = ImportedStaff::default();
        let steps = self.steps(write, &mut imported);
        if !imported.without_zone.is_empty() || !imported.of_another.is_empty() {
            return Ok(imported);
        }
        let (leaders, others): (Vec<_>, Vec<_>) = self
            .rows
            .iter()
            .zip(steps)
            .partition(|(row, _)| leads(row.post));
        // A list may put somebody else at the head, in whatever order it names them.
        for (row, step) in leaders.into_iter().chain(others) {
            match step {
                Step::Leave => imported.unchanged += 1,
                Step::Move(staff_member_id, zone_id) => {
                    let to = MoveStaffMember {
                        staff_member_id,
                        post: row.post,
                        zone_id,
                    };
                    to.decide(occasion, viewer, write)?;
                    imported.changed += 1;
                }
                Step::Add(zone) | Step::Appoint(zone) => {
                    if matches!(step, Step::Add(_)) {
                        Self::add(row).decide(occasion, viewer, write)?;
                        imported.new_accounts.push(row.account.clone());
                    }
                    let appointment = self.appointment(row, zone);
                    appointment.decide(occasion, viewer, write)?;
                    imported.created += 1;
                }
            }
        }
        Ok(imported)
    }
}

impl ImportStaff {
    fn steps(&self, write: &Write, imported: &mut ImportedStaff) -> Vec<Step> {
        let mut zones = Named::default();
        for row in write.rows::<zone::Model>() {
            if row.community_id == self.community_id && row.deleted_at.is_none() {
                zones.add((), &row.name, row.id);
            }
        }
        let accounts: HashMap<&str, &account::Model> = write
            .rows::<account::Model>()
            .map(|row| (row.login.as_str(), row))
            .collect();
        let posts: HashMap<AccountId, &staff_member::Model> = write
            .rows::<staff_member::Model>()
            .filter(|row| row.community_id == self.community_id && row.left_at.is_none())
            .map(|row| (row.account_id, row))
            .collect();
        let mut steps = Vec::with_capacity(self.rows.len());
        for (place, row) in self.rows.iter().enumerate() {
            let zone = row
                .zone
                .as_deref()
                .map(|zone| zones.find((), zone).copied());
            if zone == Some(None) {
                imported.without_zone.push(place);
            }
            let zone = zone.flatten();
            let account = accounts.get(login::normalised(&row.account).as_str());
            let Some(account) = account else {
                steps.push(Step::Add(zone));
                continue;
            };
            if key(&account.name) != key(&row.name) {
                imported.of_another.push((place, account.name.clone()));
            }
            steps.push(match posts.get(&account.id) {
                None => Step::Appoint(zone),
                Some(held) => {
                    let zone = zone.or(held.zone_id);
                    if (held.post, held.zone_id) == (row.post, zone) {
                        Step::Leave
                    } else {
                        Step::Move(held.id, zone)
                    }
                }
            });
        }
        steps
    }

    fn add(row: &ImportedStaffMember) -> AddAccount {
        AddAccount {
            account: row.account.clone(),
            name: row.name.clone(),
            password_hash: password::nobody(),
            is_administrator: false,
            is_demo: false,
        }
    }

    fn appointment(
        &self,
        row: &ImportedStaffMember,
        zone_id: Option<ZoneId>,
    ) -> AppointStaffMember {
        AppointStaffMember {
            community_id: self.community_id,
            account: row.account.clone(),
            post: row.post,
            zone_id,
        }
    }
}
