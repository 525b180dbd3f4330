//! The register of a community while a list is held against it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entity::estate::community;
use entity::households::{party, party_relation};
use entity::ids::{CommunityId, PartyId, PartyRelationId, UnitId};
use entity::kinds::RelationKind;

use super::super::{Terms, new_party, new_relation};
use super::{ImportedParties, ImportedParty, ImportedRelation};
use crate::areas::estate::{self, Imported};
use crate::areas::households::rules;
use crate::database::{Record, Write};
use crate::error::ApiError;
use crate::text::names;

/// The present state, the state the list asks for, and how to find people in it.
pub(super) struct Register {
    community_id: CommunityId,
    time_zone: String,
    today: NaiveDate,
    parties: Rows<PartyId, party::Model>,
    relations: Rows<PartyRelationId, party_relation::Model>,
    by_identity_number: HashMap<String, PartyId>,
    /// Names are folded.
    by_name_and_phone: HashMap<(String, String), Vec<PartyId>>,
    by_name_and_unit: HashMap<(String, UnitId), Vec<PartyId>>,
    by_terms: HashMap<(PartyId, UnitId, RelationKind), Vec<PartyRelationId>>,
    /// Parties that a row of the list is about, with its place; empty where rows may share one.
    claimed: HashMap<PartyId, usize>,
    has_each_once: bool,
}

/// Rows as they are, and as the list wants them; new ones have no `before`.
struct Rows<K, M> {
    rows: BTreeMap<K, Row<M>>,
}

struct Row<M> {
    before: Option<M>,
    after: M,
    is_named: bool,
}

impl Register {
    pub fn read(
        write: &Write,
        community: &community::Model,
        has_each_once: bool,
        rows: &[ImportedParty],
    ) -> Self {
        let community_id = community.id;
        let mut register = Self {
            community_id,
            time_zone: community.time_zone.clone(),
            today: estate::day_at(&community.time_zone, write.now()),
            parties: Rows::default(),
            relations: Rows::default(),
            by_identity_number: HashMap::new(),
            by_name_and_phone: HashMap::new(),
            by_name_and_unit: HashMap::new(),
            by_terms: HashMap::new(),
            claimed: HashMap::new(),
            has_each_once,
        };
        let parties = write.rows::<party::Model>();
        for row in parties.filter(|row| row.community_id == community_id && !row.is_deleted()) {
            register.parties.know(row.id, row.clone());
            register.remember_party(row);
        }
        let relations = write.rows::<party_relation::Model>();
        for row in relations.filter(|row| row.community_id == community_id && !row.is_deleted()) {
            register.relations.know(row.id, row.clone());
            register.remember_relation(row);
        }
        if has_each_once {
            register.claim(rows);
        }
        register
    }

    /// Gives out the parties that rows name by id or else by identity number, so that no row above takes
    /// one of them by its name.
    fn claim(&mut self, rows: &[ImportedParty]) {
        for (place, row) in rows.iter().enumerate() {
            if let Some(party) = self.named(row) {
                self.claimed.entry(party).or_insert(place);
            }
        }
        for (place, row) in rows.iter().enumerate() {
            if self.named(row).is_none()
                && let Some(party) = self.numbered(row)
            {
                self.claimed.entry(party).or_insert(place);
            }
        }
    }

    /// Takes in one party of the list; `units` are those of its relations. Nothing is taken in where
    /// another row is about that party: then the place of that one comes back.
    pub fn enter(
        &mut self,
        write: &Write,
        place: usize,
        row: &ImportedParty,
        units: &[UnitId],
    ) -> Result<Option<usize>, ApiError> {
        let party = match self.find_party(row, units) {
            Some(party) => party,
            None => self
                .parties
                .add(new_party(write, self.community_id, &row.name)?),
        };
        if self.has_each_once {
            let first = *self.claimed.entry(party).or_insert(place);
            if first != place {
                return Ok(Some(first));
            }
        }
        let name = rules::name(&row.name)?;
        let after = self.parties.change(party, |before, party| {
            let key = names::key(&name);
            if party.name_key != key {
                (party.name, party.name_key) = (name, key);
            }
            // A value of old stays sealed as it was: sealing it again would look like a change.
            if let Some(phone) = &row.phone {
                match before.filter(|row| phone.is_of(row)) {
                    Some(before) => copy_phone(before, party),
                    None => phone.put_on(party),
                }
            }
            if let Some(number) = &row.identity_number
                && !number.index().is(party.identity_number_index.as_deref())
            {
                number.put_on(party);
            }
        });
        if let Some(after) = after {
            self.remember_party(&after);
        }
        for (relation, unit) in row.relations.iter().zip(units) {
            self.enter_relation(write, relation, party, *unit);
        }
        Ok(None)
    }

    fn enter_relation(
        &mut self,
        write: &Write,
        row: &ImportedRelation,
        party: PartyId,
        unit: UnitId,
    ) {
        let relation = self.find_relation(row, party, unit);
        let relation = relation.unwrap_or_else(|| {
            let terms = Terms {
                party_id: party,
                unit_id: unit,
                relation: row.relation,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
            };
            let relation = new_relation(write, self.community_id, &terms, self.today);
            self.relations.add(relation)
        });
        let (today, time_zone) = (self.today, self.time_zone.as_str());
        let after = self.relations.change(relation, |_, relation| {
            let starts_on = row.starts_on.or(relation.starts_on);
            let ends_on = row.ends_on.or(relation.ends_on);
            let counts = rules::is_current(starts_on, ends_on, today);
            let touched_on = estate::day_at(time_zone, relation.updated_at);
            // A relation that somebody ended stays ended until the list names other days.
            if (starts_on, ends_on) != (relation.starts_on, relation.ends_on)
                || !counts
                || rules::has_begun(starts_on, ends_on, touched_on, today)
            {
                relation.is_current = counts;
            }
            (relation.starts_on, relation.ends_on) = (starts_on, ends_on);
        });
        if let Some(after) = after {
            self.remember_relation(&after);
        }
    }

    /// The party a line is about. By name alone nobody is taken who has another identity number.
    fn find_party(&self, row: &ImportedParty, units: &[UnitId]) -> Option<PartyId> {
        let by_key = self.named(row).or_else(|| self.numbered(row));
        if by_key.is_some() {
            return by_key;
        }
        let number = row.identity_number.as_ref();
        let agrees = |party: &&PartyId| {
            let known = self.parties.get(**party);
            let known = known.and_then(|party| party.identity_number_index.as_deref());
            let agrees = known.is_none() || number.is_none_or(|number| number.index().is(known));
            agrees && !self.claimed.contains_key(*party)
        };
        let name = || names::key(&row.name);
        let by_phone = row.phone.as_ref().and_then(|phone| {
            let mut stored = phone.index().all();
            stored.find_map(|index| {
                let key = (name(), index.to_owned());
                self.by_name_and_phone.get(&key)?.iter().find(agrees)
            })
        });
        let by_unit = || {
            let mut parties = units
                .iter()
                .filter_map(|unit| self.by_name_and_unit.get(&(name(), *unit)))
                .flatten();
            parties.find(agrees)
        };
        by_phone.or_else(by_unit).copied()
    }

    /// The party of the id in a row.
    fn named(&self, row: &ImportedParty) -> Option<PartyId> {
        row.party_id.filter(|id| self.parties.get(*id).is_some())
    }

    /// The party of the identity number in a row.
    fn numbered(&self, row: &ImportedParty) -> Option<PartyId> {
        let number = row.identity_number.as_ref()?;
        let mut stored = number.index().all();
        stored.find_map(|index| self.by_identity_number.get(index).copied())
    }

    /// The relation of the same first day; else, where one side does not know the day, the latest.
    fn find_relation(
        &self,
        row: &ImportedRelation,
        party: PartyId,
        unit: UnitId,
    ) -> Option<PartyRelationId> {
        let alike = self.by_terms.get(&(party, unit, row.relation))?;
        let starts_on = |id: &PartyRelationId| self.relations.get(*id).map(|row| row.starts_on);
        let same = alike.iter().find(|id| starts_on(id) == Some(row.starts_on));
        let vague = || {
            let mut latest = alike.iter().rev();
            latest.find(|id| row.starts_on.is_none() || starts_on(id) == Some(None))
        };
        same.or_else(vague).copied()
    }

    fn remember_party(&mut self, party: &party::Model) {
        if let Some(number) = &party.identity_number_index {
            self.by_identity_number.insert(number.clone(), party.id);
        }
        if let Some(phone) = &party.phone_index {
            let key = (party.name_key.clone(), phone.clone());
            remember(self.by_name_and_phone.entry(key).or_default(), party.id);
        }
    }

    fn remember_relation(&mut self, relation: &party_relation::Model) {
        let (party, unit) = (relation.party_id, relation.unit_id);
        if let Some(known) = self.parties.get(party) {
            let key = (known.name_key.clone(), unit);
            remember(self.by_name_and_unit.entry(key).or_default(), party);
        }
        let key = (party, unit, relation.relation);
        remember(self.by_terms.entry(key).or_default(), relation.id);
    }

    /// Hands what differs to the change.
    pub fn stage(self, write: &mut Write) -> Result<ImportedParties, ApiError> {
        Ok(ImportedParties {
            parties: self.parties.stage(write)?,
            relations: self.relations.stage(write)?,
            ..ImportedParties::default()
        })
    }
}

fn copy_phone(from: &party::Model, to: &mut party::Model) {
    to.phone.clone_from(&from.phone);
    to.phone_index.clone_from(&from.phone_index);
    to.phone_tail_index.clone_from(&from.phone_tail_index);
    to.other_phones_index.clone_from(&from.other_phones_index);
    to.phone_masked.clone_from(&from.phone_masked);
}

fn remember<T: PartialEq>(known: &mut Vec<T>, one: T) {
    if !known.contains(&one) {
        known.push(one);
    }
}

impl<K, M> Default for Rows<K, M> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Copy + From<uuid::Uuid>, M: Record> Rows<K, M> {
    fn know(&mut self, id: K, row: M) {
        let row = Row {
            before: Some(row.clone()),
            after: row,
            is_named: false,
        };
        self.rows.insert(id, row);
    }

    fn add(&mut self, row: M) -> K {
        let id = K::from(row.id());
        let row = Row {
            before: None,
            after: row,
            is_named: true,
        };
        self.rows.insert(id, row);
        id
    }

    fn get(&self, id: K) -> Option<&M> {
        self.rows.get(&id).map(|row| &row.after)
    }

    fn change(&mut self, id: K, change: impl FnOnce(Option<&M>, &mut M)) -> Option<M> {
        let row = self.rows.get_mut(&id)?;
        row.is_named = true;
        change(row.before.as_ref(), &mut row.after);
        Some(row.after.clone())
    }

    fn stage(self, write: &mut Write) -> Result<Imported, ApiError> {
        let mut imported = Imported::default();
        for row in self.rows.into_values().filter(|row| row.is_named) {
            let after = row.after;
            match row.before {
                None => {
                    write.insert(after)?;
                    imported.created += 1;
                }
                Some(before) if before == after => imported.unchanged += 1,
                Some(_) => {
                    write.update::<M>(after.id(), |known| *known = after)?;
                    imported.changed += 1;
                }
            }
        }
        Ok(imported)
    }
}
