//! Whether somebody was where he says he was.

/// The radius of the globe, in metres.
const GLOBE_M: f64 = 6_371_000.0;

/// The most of what a phone is unsure of that counts in its favour, in metres: under a roof phones
/// are off by some tens of metres, and one that is unsure of a kilometre proves nothing.
const MOST_UNSURE_M: f64 = 100.0;

/// A place in ten-millionths of a degree: latitude, then longitude.
pub type Place = (i32, i32);

/// Whether a phone that was here, give or take its accuracy, was within this radius of the point;
/// none when either has no position.
pub fn is_near(
    point: Option<Place>,
    seen: Option<Place>,
    accuracy_m: Option<i32>,
    radius_m: u32,
) -> Option<bool> {
    let distance = distance_m(point?, seen?);
    let unsure = f64::from(accuracy_m.unwrap_or(0)).clamp(0.0, MOST_UNSURE_M);
    Some(distance <= f64::from(radius_m) + unsure)
}

/// The way between two places over the globe, in metres.
fn distance_m(one: Place, other: Place) -> f64 {
    let radians = |e7: i32| (f64::from(e7) / 1e7).to_radians();
    let half_sine = |angle: f64| (angle / 2.0).sin().powi(2);
    let latitudes = (radians(one.0), radians(other.0));
    let across = half_sine(radians(one.1) - radians(other.1));
    let haversine =
        half_sine(latitudes.0 - latitudes.1) + latitudes.0.cos() * latitudes.1.cos() * across;
    2.0 * GLOBE_M * haversine.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gate of an estate, and so many metres north of it.
    const GATE: Place = (227_000_000, 1_132_000_000);

    fn north(metres: i32) -> Place {
        // A degree of latitude is 111.2 kilometres.
        (GATE.0 + metres * 90, GATE.1)
    }

    #[test]
    fn the_way_over_the_globe_is_what_it_is() {
        for (one, other, metres, within) in [
            (GATE, GATE, 0.0, 0.001),
            ((0, 0), (10_000_000, 0), 111_195.0, 1.0),
            ((0, 0), (0, 10_000_000), 111_195.0, 1.0),
            // At sixty degrees the meridians are half as far apart.
            ((600_000_000, 0), (600_000_000, 10_000_000), 55_597.0, 20.0),
            ((0, 1_799_999_999), (0, -1_799_999_999), 0.02, 0.01),
            ((0, 0), (0, 1_800_000_000), 20_015_087.0, 10.0),
        ] {
            let found = distance_m(one, other);
            assert!(
                (found - metres).abs() <= within,
                "{one:?} {other:?}: {found}"
            );
        }
    }

    #[test]
    fn who_was_within_the_radius_give_or_take_what_his_phone_is_unsure_of_was_there() {
        for (point, seen, accuracy, is_there) in [
            (None, None, None, None),
            (None, Some(north(0)), None, None),
            (Some(GATE), None, Some(5), None),
            (Some(GATE), Some(north(0)), None, Some(true)),
            (Some(GATE), Some(north(49)), None, Some(true)),
            (Some(GATE), Some(north(52)), None, Some(false)),
            (Some(GATE), Some(north(60)), Some(15), Some(true)),
            (Some(GATE), Some(north(70)), Some(15), Some(false)),
            (Some(GATE), Some(north(70)), Some(-50), Some(false)),
            (Some(GATE), Some(north(140)), Some(5_000), Some(true)),
            (Some(GATE), Some(north(160)), Some(5_000), Some(false)),
            (Some(GATE), Some((0, 0)), Some(i32::MAX), Some(false)),
        ] {
            let found = is_near(point, seen, accuracy, 50);
            assert_eq!(found, is_there, "{seen:?} {accuracy:?}");
        }
    }
}
