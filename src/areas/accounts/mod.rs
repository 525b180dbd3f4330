//! Who can sign in, and from which devices (账号与设备).
//!
//! A session is one account on one device; two guards sharing a phone are two sessions. Signing in
//! again on a device continues its session under a new family of refresh tokens. A device reported
//! lost is revoked for good and told to wipe itself. Whoever has left signs in no more, but his
//! sessions go on until their phones have pushed what they hold.

mod access;
mod error;
pub mod graphql;
mod read;
mod rules;
mod write;

pub use read::{can_anybody_sign_in, is_unused, list_accounts};
pub use write::{
    AddAccount, Entrance, NewPosition, NewStaff, SetPassword, add_staff, set_password,
};
pub use write::{ImportStaff, ImportedStaff, ImportedStaffMember};
