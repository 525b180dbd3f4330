//! Patrols in the API.
