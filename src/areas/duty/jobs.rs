//! What phones put down of shifts and handovers.

use chrono::{DateTime, Utc};
use entity::duty::{duty, handover};
use sea_orm::{ColumnTrait, Condition};

use crate::jobs::leave_phones::Leaving;

impl Leaving for handover::Model {
    const JOB: &'static str = "handover.leave_phones";

    fn settled_by(at: DateTime<Utc>) -> Condition {
        Condition::all()
            .add(handover::Column::LeftPhonesAt.is_null())
            // One that was never signed is settled by time.
            .add(handover::Column::UpdatedAt.lte(at))
    }

    fn leave(&mut self, now: DateTime<Utc>) {
        self.left_phones_at = Some(now);
    }
}

impl Leaving for duty::Model {
    const JOB: &'static str = "duty.leave_phones";

    fn settled_by(at: DateTime<Utc>) -> Condition {
        Condition::all()
            .add(duty::Column::LeftPhonesAt.is_null())
            .add(duty::Column::OnDay.lt(at.date_naive()))
    }

    fn leave(&mut self, now: DateTime<Utc>) {
        self.left_phones_at = Some(now);
    }
}
