//! The end of a visit, and what it means for its ticket.

use async_graphql::InputObject;
use entity::ids::{TicketId, VisitEventId, VisitId};
use entity::stamps::{FieldStamp, PENDING};
use entity::tickets::ticket;
use entity::visits::{VisitChannel, VisitDetails, VisitEventKind};
use entity::visits::{VisitOutcome, visit, visit_event};
use schemars::JsonSchema;
use sea_orm::prelude::DateTimeUtc;
use serde::Deserialize;

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::{VisitPolicy, finish, must_be_signed};
use super::{act_on, event, event_id, load, policy, record};
use crate::areas::attachments::{carry, checked_hash, load_holders};
use crate::auth::Viewer;
use crate::clock::optional_moment;
use crate::command::history::ActedOn;
use crate::command::{Command, Effect, Occasion};
use crate::database::{Record as _, Write};
use crate::error::ApiError;
use crate::sha256::Sha256;
use crate::text::{TEXT, given, text};

/// Ends a visit with what was said and what comes of it. A return visit that found all well closes its
/// ticket, one that found a defect opens it again. The second of two who went together ends it too:
/// that is kept beside the first. The texts have at most 4000 characters each.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "FinishVisitInput")]
pub struct FinishVisit {
    /// The visit.
    #[serde(skip)]
    pub id: VisitId,
    /// Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
    #[graphql(skip)]
    pub event_id: Option<VisitEventId>,
    /// How the resident was spoken to; `PHONE` for return visits only.
    pub channel: VisitChannel,
    /// How it ended. It decides what becomes of the ticket of a return visit; without it the ticket
    /// stays as it is.
    pub outcome: Option<VisitOutcome>,
    /// What the resident said.
    #[serde(default)]
    #[graphql(default)]
    pub opinion: String,
    /// What was answered, or is to be done about it.
    #[serde(default)]
    #[graphql(default)]
    pub handling: String,
    /// What was achieved.
    #[serde(default)]
    #[graphql(default)]
    pub result: String,
    /// Anything else for the history.
    #[serde(default)]
    #[graphql(default)]
    pub note: String,
    /// SHA-256, in hex, of the picture of the resident's signature; required for a return visit at
    /// home, unless the community decided otherwise.
    pub signature: Option<String>,
    /// By when the resident is promised an answer; required with `NEW_OPINION` when `handling` is
    /// empty.
    pub reply_promised_at: Option<DateTimeUtc>,
    /// The ticket that was opened for a new opinion.
    pub new_ticket_id: Option<TicketId>,
}

/// The texts and the signature as they are kept.
struct Said {
    opinion: String,
    handling: String,
    result: String,
    signature: Option<String>,
}

impl Command for FinishVisit {
    const KIND: &'static str = "visit.finish";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|finish| finish.id);
        let events = batch.iter().filter_map(|finish| finish.event_id);
        load(write, ids, events).await?;
        // A check may come in the same push.
        let signatures = batch.iter().filter_map(|finish| finish.signature());
        load_holders(write, signatures.map(|hash| hash.to_string())).await?;
        let opened = batch.iter().filter_map(|finish| finish.new_ticket_id);
        Ok(write.see::<ticket::Model>(opened).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let acted_on = act_on(write, viewer, occasion, self.id)?;
        let (visit, then) = (&acted_on.row, &acted_on.state.then);
        if !access::might_go(viewer, visit, then) {
            return Err(ApiError::forbidden());
        }
        let policy = policy(write, visit.community_id);
        let verdict = finish(&policy, visit.kind, then.state, self.channel);
        let said = self.said(&policy, visit)?;
        self.new_ticket(viewer, write, visit)?;
        let (community, root) = (visit.community_id, visit.id.into());
        let signature = said.signature.as_deref();
        carry(
            write,
            viewer,
            community,
            visit::Model::NAME,
            root,
            signature,
        )?;
        let event = self.event(occasion, viewer, write, (&acted_on, &policy), &said)?;
        let effect = record(write, occasion, &acted_on, event, verdict)?;
        let session = occasion.session(viewer);
        write.update::<visit::Model>(visit.id, |row| {
            let texts = [
                ("opinion", &mut row.opinion, &said.opinion),
                ("handling", &mut row.handling, &said.handling),
                ("result", &mut row.result, &said.result),
            ];
            for (name, kept, said) in texts {
                if add(kept, said) {
                    let stamp = FieldStamp {
                        seq: PENDING,
                        session,
                    };
                    row.field_seq.0.insert(name.to_owned(), stamp);
                }
            }
        })?;
        Ok(effect)
    }
}

impl FinishVisit {
    /// The hash of the picture, if it is one.
    fn signature(&self) -> Option<Sha256> {
        checked_hash("signature", given(self.signature.as_deref())?).ok()
    }

    /// The texts, if the rules let a visit end so.
    fn said(&self, policy: &VisitPolicy, visit: &visit::Model) -> Result<Said, ApiError> {
        let signature = given(self.signature.as_deref());
        let signature = signature
            .map(|hash| checked_hash("signature", hash))
            .transpose()?;
        let said = Said {
            opinion: text("opinion", &self.opinion, TEXT)?,
            handling: text("handling", &self.handling, TEXT)?,
            result: text("result", &self.result, TEXT)?,
            signature: signature.map(|hash| hash.to_string()),
        };
        let is_signed = said.signature.is_some() || visit.signature.is_some();
        if must_be_signed(policy, visit.kind, self.channel) && !is_signed {
            return Err(VisitError::SignatureMissing.into());
        }
        let promised = optional_moment("replyPromisedAt", self.reply_promised_at)?;
        let is_answered = !said.handling.is_empty() || promised.is_some();
        if self.outcome == Some(VisitOutcome::NewOpinion) && !is_answered {
            return Err(VisitError::ReplyNotPromised.into());
        }
        Ok(said)
    }

    fn new_ticket(
        &self,
        viewer: &Viewer,
        write: &Write,
        visit: &visit::Model,
    ) -> Result<(), ApiError> {
        let Some(id) = self.new_ticket_id else {
            return Ok(());
        };
        let scope = crate::areas::tickets::access::scope();
        let ticket = write.visible(&scope, viewer.reach(), id)?;
        if ticket.community_id == visit.community_id {
            Ok(())
        } else {
            Err(ApiError::not_found("ticket"))
        }
    }

    /// The event, with all that this one of two said.
    fn event(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &Write,
        (acted_on, policy): (&ActedOn<visit::Model>, &VisitPolicy),
        said: &Said,
    ) -> Result<visit_event::Model, ApiError> {
        let visit = &acted_on.row;
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let note = text("note", &self.note, TEXT)?;
        let is_unappointed = policy.unappointed();
        let mark = policy.phone_mark.clone();
        let mut event = event(write, viewer, occasion, visit, VisitEventKind::Finished);
        event.id = event_id(write, self.event_id)?;
        event.from_state = Some(acted_on.state.then.state);
        event.note = match (self.channel, note.is_empty()) {
            (VisitChannel::Home, _) => note,
            (VisitChannel::Phone, true) => mark,
            (VisitChannel::Phone, false) => format!("{mark}\n{note}"),
        };
        event.signature.clone_from(&said.signature);
        event.details = VisitDetails {
            channel: Some(self.channel),
            outcome: self.outcome,
            opinion: some(&said.opinion),
            handling: some(&said.handling),
            result: some(&said.result),
            reply_promised_at: self.reply_promised_at,
            new_ticket_id: self.new_ticket_id,
            is_unappointed,
            ..VisitDetails::default()
        };
        Ok(event)
    }
}

/// Adds what was said to what is kept, once. Whether that changed it.
fn add(kept: &mut String, said: &str) -> bool {
    if said.is_empty() || kept.lines().any(|line| line == said) || kept == said {
        return false;
    }
    if !kept.is_empty() {
        kept.push('\n');
    }
    kept.push_str(said);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_say_is_kept_once_each() {
        let mut kept = String::new();
        for said in ["电梯噪音大", "", "希望加装扶手", "电梯噪音大"] {
            add(&mut kept, said);
        }
        assert_eq!(kept, "电梯噪音大\n希望加装扶手");
    }
}
