//! Which pages and apps may call: their origins, as settings and browsers write them.

use axum::http::{HeaderMap, header};

use super::Http;

/// What pages that were opened from a file call themselves.
const OF_FILES: [&str; 2] = ["null", "file://"];

/// A scheme with a host and perhaps a port: `https://desk.example.com`, `capacitor://localhost`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// None for what no browser and no app sends as its origin: `*`, a path, a bare name.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if OF_FILES.contains(&text.as_str()) {
            return Some(Self(text));
        }
        let (scheme, host) = text.split_once("://")?;
        let host = host.strip_suffix('/').unwrap_or(host);
        let is_sign = |c: char| matches!(c, '+' | '-' | '.');
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || is_sign(c));
        let (name, port) = match host.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']')?;
                address.parse::<std::net::Ipv6Addr>().ok()?;
                (&host[..address.len() + 2], port)
            }
            None => host.split_at(host.find(':').unwrap_or(host.len())),
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_host = name.starts_with('[') || (!name.is_empty() && name.chars().all(is_plain));
        let port = match port.strip_prefix(':') {
            Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0)?),
            None if port.is_empty() => None,
            None => return None,
        };
        if !is_scheme || !is_host {
            return None;
        }
        let usual = match scheme {
            "https" => Some(443),
            "http" => Some(80),
            _ => None,
        };
        let port = port.filter(|port| Some(*port) != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self(format!("{scheme}://{name}{port}")))
    }

    /// Whether a request says that it comes from here.
    pub fn is_told_by(&self, header: &[u8]) -> bool {
        header.eq_ignore_ascii_case(self.0.as_bytes())
    }
}

impl Http {
    /// Whether a page of this origin may open a socket: no origin (an app), our own, or a listed one.
    pub fn allows_origin(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let own = headers
            .get(header::HOST)
            .map(axum::http::HeaderValue::as_bytes);
        let host = origin.to_str().ok().and_then(|it| it.split_once("://"));
        let is_own = host.is_some_and(|(_, host)| Some(host.as_bytes()) == own);
        is_own
            || self
                .origins()
                .iter()
                .any(|it| it.is_told_by(origin.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_are_taken_for_origins() {
        for (text, origin) in [
            ("https://desk.example.com", Some("https://desk.example.com")),
            (
                " https://Desk.example.com/ ",
                Some("https://desk.example.com"),
            ),
            (
                "https://desk.example.com:443",
                Some("https://desk.example.com"),
            ),
            ("http://localhost:3000/", Some("http://localhost:3000")),
            ("http://localhost", Some("http://localhost")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("capacitor://localhost", Some("capacitor://localhost")),
            ("ionic://localhost", Some("ionic://localhost")),
            ("tauri://localhost", Some("tauri://localhost")),
            ("http://tauri.localhost", Some("http://tauri.localhost")),
            ("app://.", Some("app://.")),
            (
                "chrome-extension://abcdefghijklmnop",
                Some("chrome-extension://abcdefghijklmnop"),
            ),
            ("file://", Some("file://")),
            ("null", Some("null")),
            ("*", None),
            ("https://*.example.com", None),
            ("desk.example.com", None),
            ("https://desk.example.com/app", None),
            ("https://desk.example.com?a", None),
            ("https://", None),
            ("://localhost", None),
            ("1app://localhost", None),
            ("https://a b", None),
            ("https://me@desk.example.com", None),
            ("https://desk.example.com:0", None),
            ("https://desk.example.com:x", None),
            ("https://[::1", None),
            ("https://[x]", None),
            ("", None),
        ] {
            let read = Origin::read(text);
            assert_eq!(read.map(|it| it.0).as_deref(), origin, "{text}");
        }
    }
}
