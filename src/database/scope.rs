//! Who sees what, said once per collection.
//!
//! A `Scope` is a short list of rules. From the same list follow the condition in SQL
//! (`visible_to`), the check of a row in memory (`allows`), and the audiences that the feed tells
//! (`audiences`), so the three can never disagree.

use std::collections::BTreeSet;

use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, EntityTrait, ModelTrait, Value};
use uuid::Uuid;

use super::reach::{Audience, Reach, RealmReach};
use super::record::Record;

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// One reason to see a record.
#[derive(Clone, Copy, Debug)]
pub enum Rule<C> {
    Everyone,
    Staff,
    Office,
    /// The zone named by this column.
    Zone(C),
    /// The zone named by the first column, of rows whose second column holds this word.
    ZoneWhere {
        zone: C,
        column: C,
        is: &'static str,
    },
    /// The office, of rows in which this column holds this word.
    OfficeWhere {
        column: C,
        is: &'static str,
    },
    /// Whoever plans or makes inspections, of rows in which this column holds this word.
    InspectionWhere {
        column: C,
        is: &'static str,
    },
    /// The household of the unit named by the first column; with a second column, only records
    /// that by it are not older than the household's coming.
    Unit {
        unit: C,
        since: Option<C>,
    },
    /// The person named by this column.
    Viewer(C),
}

/// All the reasons to see a record of one collection.
#[derive(Clone, Debug)]
pub struct Scope<M: Record> {
    rules: Vec<Rule<ColumnOf<M>>>,
}

impl<M: Record> Scope<M> {
    pub fn of(rules: impl Into<Vec<Rule<ColumnOf<M>>>>) -> Self {
        Self {
            rules: rules.into(),
        }
    }

    /// The audiences that see this row. A deleted row has none.
    pub fn audiences(&self, row: &M) -> BTreeSet<Audience> {
        let mut audiences = BTreeSet::new();
        if row.is_deleted() {
            return audiences;
        }
        for rule in &self.rules {
            audiences.extend(audience(rule, row));
        }
        audiences
    }

    /// Whether a viewer of this reach may see this row.
    pub fn allows(&self, reach: &Reach, row: &M) -> bool {
        let reach = match reach {
            Reach::Everything => return !row.is_deleted(),
            Reach::Of(realms) => realms.get(&row.realm()),
        };
        let Some(reach) = reach.filter(|_| !row.is_deleted()) else {
            return false;
        };
        self.rules.iter().any(|rule| {
            let since = audience(rule, row).and_then(|audience| reach.get(&audience));
            match (rule, since) {
                (_, None) => false,
                (
                    Rule::Unit {
                        since: Some(column),
                        ..
                    },
                    Some(Some(since)),
                ) => time(&row.get(*column)).is_some_and(|at| at >= *since),
                (_, Some(_)) => true,
            }
        })
    }

    /// The same as a condition, for every query of the collection. It never reads the clock.
    pub fn visible_to(&self, reach: &Reach) -> Condition {
        let present = match M::deleted_column() {
            Some(column) => Condition::all().add(column.is_null()),
            None => Condition::all(),
        };
        let Reach::Of(realms) = reach else {
            return present;
        };
        let mut any = Condition::any().add(Expr::val(false));
        for (realm, audiences) in realms {
            let mut reasons = Condition::any().add(Expr::val(false));
            for rule in &self.rules {
                reasons = reasons.add(reason(rule, audiences));
            }
            any = any.add(
                Condition::all()
                    .add(M::realm_column().eq(*realm))
                    .add(reasons),
            );
        }
        present.add(any)
    }
}

/// Which of the rows that travel with a root are for everybody who sees the root.
#[derive(Clone, Copy, Debug)]
pub enum Within<C> {
    All,
    /// Those of which this column is true are for those who work in the community.
    InternalForStaff(C),
}

impl<C: ColumnTrait> Within<C> {
    /// As a condition for queries of the collection.
    pub fn shown_to<M>(self, reach: &Reach) -> Condition
    where
        M: Record + ModelTrait<Entity: EntityTrait<Column = C>>,
    {
        match (self, reach) {
            (Self::All, _) | (_, Reach::Everything) => Condition::all(),
            (Self::InternalForStaff(is_internal), Reach::Of(_)) => Condition::any()
                .add(is_internal.eq(false))
                .add(M::realm_column().is_in(reach.workplaces())),
        }
    }

    /// The same for a row in memory.
    pub fn shows<M>(self, reach: &Reach, row: &M) -> bool
    where
        M: Record + ModelTrait<Entity: EntityTrait<Column = C>>,
    {
        match self {
            Self::All => true,
            Self::InternalForStaff(is_internal) => {
                row.get(is_internal) == Value::Bool(Some(false))
                    || reach.includes(row.realm(), &Audience::Staff)
            }
        }
    }
}

fn audience<M: Record>(rule: &Rule<ColumnOf<M>>, row: &M) -> Option<Audience> {
    match rule {
        Rule::Everyone => Some(Audience::Everyone),
        Rule::Staff => Some(Audience::Staff),
        Rule::Office => Some(Audience::Office),
        Rule::Zone(column) => id(&row.get(*column)).map(Audience::Zone),
        Rule::ZoneWhere { zone, column, is } => {
            let zone =
                id(&row.get(*zone)).filter(|_| word(row.get(*column)).as_deref() == Some(*is));
            zone.map(Audience::Zone)
        }
        Rule::OfficeWhere { column, is } => {
            let holds = word(row.get(*column)).as_deref() == Some(*is);
            holds.then_some(Audience::Office)
        }
        Rule::InspectionWhere { column, is } => {
            let holds = word(row.get(*column)).as_deref() == Some(*is);
            holds.then_some(Audience::Inspection)
        }
        Rule::Unit { unit, .. } => id(&row.get(*unit)).map(Audience::Unit),
        Rule::Viewer(column) => id(&row.get(*column)).map(Audience::Viewer),
    }
}

fn reason<C: ColumnTrait>(rule: &Rule<C>, reach: &RealmReach) -> Condition {
    let mut any = Condition::any().add(Expr::val(false));
    match rule {
        Rule::Everyone => any = any.add(Expr::val(reach.contains_key(&Audience::Everyone))),
        Rule::Staff => any = any.add(Expr::val(reach.contains_key(&Audience::Staff))),
        Rule::Office => any = any.add(Expr::val(reach.contains_key(&Audience::Office))),
        Rule::Zone(column) => any = any.add(column.is_in(zones(reach))),
        Rule::ZoneWhere { zone, column, is } => {
            let both = Condition::all().add(zone.is_in(zones(reach)));
            any = any.add(both.add(column.eq(*is)));
        }
        Rule::OfficeWhere { column, is } => {
            let belongs = Expr::val(reach.contains_key(&Audience::Office));
            any = any.add(Condition::all().add(belongs).add(column.eq(*is)));
        }
        Rule::InspectionWhere { column, is } => {
            let belongs = Expr::val(reach.contains_key(&Audience::Inspection));
            any = any.add(Condition::all().add(belongs).add(column.eq(*is)));
        }
        Rule::Viewer(column) => {
            let people = reach.keys().filter_map(|a| {
                if let Audience::Viewer(id) = a {
                    Some(*id)
                } else {
                    None
                }
            });
            any = any.add(column.is_in(people));
        }
        Rule::Unit { unit, since } => {
            for (audience, from) in reach {
                let Audience::Unit(id) = audience else {
                    continue;
                };
                let mut both = Condition::all().add(unit.eq(*id));
                if let Some((since, from)) = since.zip(*from) {
                    both = both.add(since.gte(from));
                }
                any = any.add(both);
            }
        }
    }
    any
}

fn zones(reach: &RealmReach) -> impl Iterator<Item = Uuid> {
    reach.keys().filter_map(|audience| match audience {
        Audience::Zone(id) => Some(*id),
        _ => None,
    })
}

fn id(value: &Value) -> Option<Uuid> {
    match value {
        Value::Uuid(id) => *id,
        _ => None,
    }
}

fn word(value: Value) -> Option<String> {
    match value {
        Value::String(word) => word,
        _ => None,
    }
}

fn time(value: &Value) -> Option<DateTimeUtc> {
    match value {
        Value::ChronoDateTimeUtc(at) => *at,
        _ => None,
    }
}
