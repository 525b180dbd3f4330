//! What an attachment may be, how records name it, and which piece of it comes next. Pure.

use entity::ids::AccountId;
use uuid::Uuid;

use super::error::AttachmentError;
use crate::error::ApiError;
use crate::sha256::Sha256;

/// The most photos that one record or event carries.
const MOST_PHOTOS: usize = 9;

/// The most uploads of one account that are not finished.
pub const MOST_UNFINISHED: u64 = 20;

/// The account of what the system itself lets a record carry.
pub const SYSTEM: AccountId = AccountId(Uuid::nil());

/// The hash that a field names.
pub fn checked_hash(field: &'static str, hash: &str) -> Result<Sha256, ApiError> {
    hash.parse().map_err(|_| {
        ApiError::invalid(
            field,
            "is no SHA-256 in 64 hex digits",
            "不是 64 位十六进制的 SHA-256",
        )
    })
}

/// The photos of one record or event, named by their content, as they are stored.
pub fn checked_photos(photos: &[String]) -> Result<Vec<String>, ApiError> {
    if photos.len() > MOST_PHOTOS {
        return Err(ApiError::invalid(
            "photos",
            format!("at most {MOST_PHOTOS} photos"),
            format!("最多 {MOST_PHOTOS} 张照片"),
        ));
    }
    let hashes = photos.iter().map(|photo| checked_hash("photos", photo));
    hashes.map(|hash| Ok(hash?.to_string())).collect()
}

/// A piece of a content, as its sender announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first byte.
    pub from: u64,
    /// How many bytes it has.
    pub length: u64,
    /// How many bytes the whole has.
    pub total: u64,
}

impl Piece {
    /// A whole content at once.
    pub fn whole(total: u64) -> Self {
        Self {
            from: 0,
            length: total,
            total,
        }
    }

    /// From a `Content-Range` header: `bytes 0-499/1234`.
    pub fn from_header(header: &str) -> Option<Self> {
        let (range, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (from, last) = range.split_once('-')?;
        let number = |text: &str| {
            let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| text.parse::<u64>().ok()).flatten()
        };
        let (from, last, total) = (number(from)?, number(last)?, number(total)?);
        let is_sound = from <= last && last < total;
        is_sound.then(|| Self {
            from,
            length: last - from + 1,
            total,
        })
    }
}

/// How much may be kept of what has arrived, so that the piece follows it: a piece may overlap it,
/// and one from the start begins anew. `known` is the length of the whole and how much is here.
pub fn kept(piece: Piece, known: Option<(u64, u64)>, limit: u64) -> Result<u64, AttachmentError> {
    if piece.total > limit {
        return Err(AttachmentError::TooLarge(limit));
    }
    match known {
        _ if piece.from == 0 => Ok(0),
        Some((total, arrived)) if total == piece.total => {
            if piece.from <= arrived {
                Ok(piece.from)
            } else {
                Err(AttachmentError::Offset(arrived))
            }
        }
        _ => Err(AttachmentError::Offset(0)),
    }
}

/// Whether somebody who has sent so much within a day may send so much more.
pub fn check_quota(sent: u64, more: u64, most: u64) -> Result<(), AttachmentError> {
    let fits = sent.checked_add(more).is_some_and(|all| all <= most);
    fits.then_some(()).ok_or(AttachmentError::DailyQuota(most))
}

/// What a content says it is by its first bytes, if it is a picture that apps can show. A drawing
/// that may carry a script (SVG) is none.
pub fn media_type(start: &[u8]) -> Result<&'static str, AttachmentError> {
    const TAKEN: &[&str] = &[
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/heif",
        "image/avif",
    ];
    let found = infer::get(start).map(|kind| kind.mime_type());
    found
        .filter(|kind| TAKEN.contains(kind))
        .ok_or(AttachmentError::Unsuitable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_carries_few_photos_named_by_their_content() {
        let good = Sha256::of(b"photo").to_string();
        assert!(checked_photos(&vec![good.clone(); 9]).is_ok());
        assert!(checked_photos(&vec![good.clone(); 10]).is_err());
        let stored = checked_photos(&[good.to_uppercase()]).unwrap();
        assert_eq!(stored, std::slice::from_ref(&good));
        for bad in [good[1..].to_owned(), "x".repeat(64)] {
            assert!(checked_photos(std::slice::from_ref(&bad)).is_err(), "{bad}");
        }
        let refusal = checked_hash("signature", "张伟").unwrap_err();
        assert_eq!(refusal.field(), Some("signature"));
    }

    #[test]
    fn a_piece_is_read_from_its_header_or_not_at_all() {
        let piece = |from, length, total| {
            Some(Piece {
                from,
                length,
                total,
            })
        };
        for (header, read) in [
            ("bytes 0-0/1", piece(0, 1, 1)),
            ("bytes 500-999/1000", piece(500, 500, 1000)),
            ("bytes 0-18446744073709551615/18446744073709551615", None),
            ("bytes 5-4/10", None),
            ("bytes 0-10/10", None),
            ("bytes 0-4/*", None),
            ("bytes */10", None),
            ("bytes +1-4/10", None),
            ("bytes -4/10", None),
            ("items 0-4/10", None),
            ("", None),
        ] {
            assert_eq!(Piece::from_header(header), read, "{header}");
        }
    }

    #[test]
    fn a_piece_follows_what_has_arrived() {
        let piece = |from, total| Piece {
            from,
            length: 1,
            total,
        };
        for (piece, known, outcome) in [
            (piece(0, 10), None, Ok(0)),
            (piece(0, 10), Some((10, 7)), Ok(0)),
            (piece(0, 10), Some((12, 7)), Ok(0)),
            (piece(7, 10), Some((10, 7)), Ok(7)),
            (piece(5, 10), Some((10, 7)), Ok(5)),
            (piece(8, 10), Some((10, 7)), Err(Some(7))),
            (piece(7, 10), Some((12, 7)), Err(Some(0))),
            (piece(7, 10), None, Err(Some(0))),
            (piece(0, 101), None, Err(None)),
        ] {
            let kept = kept(piece, known, 100).map_err(|error| match error {
                AttachmentError::Offset(offset) => Some(offset),
                _ => None,
            });
            assert_eq!(kept, outcome, "{piece:?} {known:?}");
        }
    }

    #[test]
    fn a_day_has_room_for_so_many_bytes() {
        for (sent, more, fits) in [
            (0, 100, true),
            (60, 40, true),
            (60, 41, false),
            (101, 0, false),
            (1, u64::MAX, false),
        ] {
            assert_eq!(check_quota(sent, more, 100).is_ok(), fits, "{sent} {more}");
        }
    }

    #[test]
    fn only_pictures_are_taken() {
        for (start, is_taken) in [
            (&b"\xff\xd8\xff\xe0"[..], true),
            (b"\x89PNG\r\n\x1a\n", true),
            (b"GIF89a", true),
            (b"RIFF\0\0\0\0WEBPVP8 ", true),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", false),
            (b"<!DOCTYPE html><script>", false),
            (b"%PDF-1.7", false),
            (b"MZ\x90\0", false),
            (b"", false),
        ] {
            assert_eq!(media_type(start).is_ok(), is_taken, "{start:?}");
        }
    }
}
