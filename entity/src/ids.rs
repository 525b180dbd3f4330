//! One type per kind of id, so that a unit can never be passed where a ticket is meant.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, OutputType, Positioned,
    ServerResult, Value,
};
use schemars::JsonSchema;
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType, JsonSchema,
        )]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name(pub Uuid);

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        /// A `UUID` in GraphQL, as every other.
        impl InputType for $name {
            type RawValueType = Uuid;

            fn type_name() -> Cow<'static, str> {
                <Uuid as InputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <Uuid as InputType>::create_type_info(registry)
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                <Uuid as InputType>::parse(value)
                    .map(Self)
                    .map_err(InputValueError::propagate)
            }

            fn to_value(&self) -> Value {
                InputType::to_value(&self.0)
            }

            fn as_raw_value(&self) -> Option<&Uuid> {
                Some(&self.0)
            }
        }

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> {
                <Uuid as OutputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <Uuid as OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                context: &ContextSelectionSet<'_>,
                field: &Positioned<Field>,
            ) -> ServerResult<Value> {
                self.0.resolve(context, field).await
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// An estate served by one office (屋村 / 小区 / 园区), and the realm of its sequence.
    CommunityId,
    /// A part of a community that one field worker answers for (苑区).
    ZoneId,
    /// A building (楼宇).
    BuildingId,
    /// A dwelling, workshop or shop (房屋).
    UnitId,
    /// Whoever can sign in.
    AccountId,
    /// One account on one device.
    SessionId,
    /// A person holding a post in one community (员工).
    StaffMemberId,
    /// A person or firm as one community knows it (业主, 租户, …).
    PartyId,
    /// A party's relation to a unit.
    PartyRelationId,
    /// A ticket (工单).
    TicketId,
    /// One step in the history of a ticket.
    TicketEventId,
    /// A shift (班次).
    ShiftId,
    /// Somebody's shift on a day (值班).
    DutyId,
    /// A handover from one shift to the next (交接班).
    HandoverId,
    /// One step of a handover.
    HandoverEventId,
    /// A visit (走访, 回访).
    VisitId,
    /// One step in the history of a visit.
    VisitEventId,
    /// A clock that runs on a ticket.
    TicketClockId,
    /// A mutation that could not be applied as it was.
    SyncIssueId,
    /// A piece of work to be done at its time.
    JobId,
    /// A place that patrols come by (巡查点).
    PatrolPointId,
    /// A patrol that is walked again and again (巡查路线).
    PatrolRouteId,
    /// One patrol to be walked (巡查任务).
    PatrolTaskId,
    /// What was found at one point of a patrol (巡查结果).
    PatrolResultId,
}
