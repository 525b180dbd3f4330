//! What is refused to a worker.

use crate::error::{Coded, ErrorCode};

/// Why a worker may not write for a job.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It did not renew its lease in time, and somebody else may be doing the job.
    #[error("the worker no longer holds this job")]
    LeaseLost,
}

impl Coded for JobError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::LeaseLost => ErrorCode::JOB_LEASE_LOST,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::LeaseLost => "该进程已不再持有此任务".to_owned(),
        }
    }
}
