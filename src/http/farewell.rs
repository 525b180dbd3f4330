//! How a socket is closed: with a code of the protocol, and a reason.

/// The client does not keep to the protocol.
pub const BAD_REQUEST: u16 = 4400;

/// The client began an operation with the id of one that runs.
pub const TWICE: u16 = 4409;

/// A close code with its reason.
pub type Farewell = (u16, String);

/// The server goes away; come back soon.
pub const RESTART: u16 = 1012;

/// Too many sockets, or a fault of ours; come back later.
pub const TRY_LATER: u16 = 1013;

/// Something was asked before `connection_init`.
pub const NOT_INITIALISED: u16 = 4401;

/// The client did not send `connection_init` in time.
pub const INIT_TIMEOUT: u16 = 4408;

/// The session or its token is not good (any more).
pub const FORBIDDEN: u16 = 4403;
