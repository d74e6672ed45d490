//! Which hosts a name in a certificate covers (RFC 6125).

/// Returns whether `host` is `pattern`, or is directly below it where its first label holds a star. OpenSSL asks for
/// two labels behind the star and takes no star in an internationalised label.
pub(super) fn host_fits(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let (Some((label, parent)), Some((host_label, host_parent))) =
        (pattern.split_once('.'), host.split_once('.'))
    else {
        return false;
    };
    let Some((before, after)) = label.split_once('*') else { return false };
    let plain_label = host_label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let whole = before.is_empty() && after.is_empty();
    let international = host_label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    parent.contains('.')
        && !parent.contains('*')
        && !after.contains('*')
        && parent.eq_ignore_ascii_case(host_parent)
        && plain_label
        && host_label.len() > before.len() + after.len()
        && (whole || !international)
        && host_label.get(..before.len()).is_some_and(|start| start.eq_ignore_ascii_case(before))
        && host_label.get(host_label.len() - after.len()..).is_some_and(|end| end.eq_ignore_ascii_case(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_label() {
        assert!(host_fits("*.example.org", "www.example.org"));
        assert!(host_fits("w*.example.org", "www.example.org"));
        assert!(!host_fits("*.example.org", "a.b.example.org"));
        assert!(!host_fits("*.example.org", "example.org"));
        assert!(!host_fits("*.org", "example.org"));
        assert!(!host_fits("x*.example.org", "xn--a.example.org"));
    }
}
