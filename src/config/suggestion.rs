//! The word somebody meant: the nearest of the words that would have been right, or none when nothing is near.

/// The candidate nearest to `word`, when it is near enough to be a slip of the pen.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 100 {
        return None;
    }
    let folded = word.to_lowercase().replace('_', "-");
    let limit = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&folded, &c.to_lowercase().replace('_', "-")), c))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, c)| c)
}

/// `; did you mean X?`, or nothing: the end of an error message.
pub fn hint(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |s| format!("; did you mean `{s}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slips_are_corrected() {
        let words = ["fail-on", "severity", "skip", "checks"];
        assert_eq!(closest("failon", words), Some("fail-on"));
        assert_eq!(closest("fail_on", words), Some("fail-on"));
        assert_eq!(closest("FAIL-ON", words), Some("fail-on"));
        assert_eq!(closest("check", words), Some("checks"));
        assert_eq!(closest("banana", words), None);
        assert_eq!(closest("", words), None);
        assert_eq!(closest(&"x".repeat(10_000), words), None);
    }
}
