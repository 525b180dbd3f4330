//! What a check finds wrong.

/// What a law has found.
#[derive(Default)]
pub struct Findings {
    pub broken: Vec<String>,
    pub looked_at: usize,
}

impl Findings {
    /// Looks at one thing.
    pub fn look(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.looked_at += 1;
        if !holds {
            self.broken.push(what());
        }
    }
}
