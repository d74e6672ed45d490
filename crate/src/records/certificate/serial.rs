//! Serial numbers as Zeek's logs show them.

/// OpenSSL's `i2a_ASN1_INTEGER`: a sign, two digits a byte without the byte that only keeps the sign positive, and
/// after every 35 bytes a backslash and a line break.
pub(super) fn print(content: &[u8]) -> String {
    let negative = content.first().is_some_and(|byte| byte & 0x80 != 0);
    let magnitude = if negative { negate(content) } else { content.to_vec() };
    let digits = match magnitude.as_slice() {
        [0, rest @ ..] if !rest.is_empty() => rest,
        [] => &[0],
        all => all,
    };
    let mut text = String::from(if negative { "-" } else { "" });
    for (place, byte) in digits.iter().enumerate() {
        if place > 0 && place.is_multiple_of(35) {
            text.push_str("\\\n");
        }
        text.push_str(&format!("{byte:02X}"));
    }
    text
}

/// Returns the magnitude of a negative number in two's complement.
fn negate(content: &[u8]) -> Vec<u8> {
    let mut carry = true;
    let mut magnitude: Vec<u8> = content
        .iter()
        .rev()
        .map(|byte| {
            let (sum, overflow) = (!byte).overflowing_add(u8::from(carry));
            carry = overflow;
            sum
        })
        .collect();
    magnitude.reverse();
    magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_printed_as_openssl_prints_them() {
        assert_eq!(print(&[0]), "00");
        assert_eq!(print(&[0x0f]), "0F");
        assert_eq!(print(&[0, 0x80]), "80");
        assert_eq!(print(&[0xff]), "-01");
        assert_eq!(print(&[0x80, 0]), "-8000");
        assert_eq!(print(&[1; 36]), format!("{}\\\n01", "01".repeat(35)));
    }
}
