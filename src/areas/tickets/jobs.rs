//! What happens to tickets at its time.

use chrono::{DateTime, Utc};
use entity::tickets::ticket;
use sea_orm::{ColumnTrait, Condition};

use crate::jobs::leave_phones::Leaving;

impl Leaving for ticket::Model {
    const JOB: &'static str = "ticket.leave_phones";

    fn settled_by(at: DateTime<Utc>) -> Condition {
        Condition::all()
            .add(ticket::Column::LeftPhonesAt.is_null())
            .add(ticket::Column::ClosedAt.lte(at))
    }

    fn leave(&mut self, now: DateTime<Utc>) {
        self.left_phones_at = Some(now);
    }
}
