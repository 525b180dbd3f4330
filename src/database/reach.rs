//! Who sees what is rooted in a realm: the audiences there are, and those that a viewer belongs to.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sea_orm::prelude::DateTimeUtc;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A group that sees a record, within one realm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody who works or lives in the community.
    Everyone,
    /// Everybody who works in the community.
    Staff,
    /// The posts that see the whole community: desk, supervisors, manager.
    Office,
    /// Whoever plans or makes unannounced inspections: inspectors, supervisors, managers.
    Inspection,
    /// Whoever answers for the zone.
    Zone(Uuid),
    /// The present household of a unit.
    Unit(Uuid),
    /// One person, by account, staff member or party.
    Viewer(Uuid),
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("everyone"),
            Self::Staff => f.write_str("staff"),
            Self::Office => f.write_str("office"),
            Self::Inspection => f.write_str("inspection"),
            Self::Zone(id) => write!(f, "zone:{id}"),
            Self::Unit(id) => write!(f, "unit:{id}"),
            Self::Viewer(id) => write!(f, "viewer:{id}"),
        }
    }
}

impl FromStr for Audience {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = |id: &str| Uuid::try_parse(id);
        match text.split_once(':') {
            None if text == "office" => Ok(Self::Office),
            None if text == "staff" => Ok(Self::Staff),
            None if text == "inspection" => Ok(Self::Inspection),
            None => Ok(Self::Everyone),
            Some(("zone", zone)) => Ok(Self::Zone(id(zone)?)),
            Some(("unit", unit)) => Ok(Self::Unit(id(unit)?)),
            Some((_, viewer)) => Ok(Self::Viewer(id(viewer)?)),
        }
    }
}

impl Serialize for Audience {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The audiences of one realm that a viewer belongs to; a household member sees his unit's
/// records only from the day he came.
pub type RealmReach = BTreeMap<Audience, Option<DateTimeUtc>>;

/// The audiences a viewer belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The system itself: jobs, imports, the command line.
    Everything,
    /// A person, realm by realm.
    Of(BTreeMap<Uuid, RealmReach>),
}

impl Reach {
    /// The realms a person reaches into.
    pub fn realms(&self) -> impl Iterator<Item = (&Uuid, &RealmReach)> {
        match self {
            Self::Everything => None,
            Self::Of(realms) => Some(realms.iter()),
        }
        .into_iter()
        .flatten()
    }

    /// Whether anything of this realm is in reach.
    pub fn reaches(&self, realm: Uuid) -> bool {
        match self {
            Self::Everything => true,
            Self::Of(realms) => realms.contains_key(&realm),
        }
    }

    /// Where somebody works.
    pub fn workplaces(&self) -> impl Iterator<Item = Uuid> {
        let works =
            |(_, audiences): &(&Uuid, &RealmReach)| audiences.contains_key(&Audience::Staff);
        self.realms().filter(works).map(|(realm, _)| *realm)
    }

    pub fn includes(&self, realm: Uuid, audience: &Audience) -> bool {
        match self {
            Self::Everything => true,
            Self::Of(realms) => realms
                .get(&realm)
                .is_some_and(|reach| reach.contains_key(audience)),
        }
    }
}
