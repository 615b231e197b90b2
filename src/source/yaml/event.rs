//! Events: what the grammar makes of tokens, one per node, and per end of a collection.

use std::borrow::Cow;

/// What a node is announced with. Spans are byte offsets; a node's span leaves its anchor and tag out.
#[derive(Debug)]
pub(super) enum Event<'a> {
    DocumentStart,
    /// `explicit`: by `...`, after which Kubernetes reads no further.
    DocumentEnd {
        explicit: bool,
    },
    StreamEnd,
    Alias {
        name: Cow<'a, str>,
        start: u32,
        end: u32,
    },
    Scalar {
        text: Cow<'a, str>,
        /// may be something else than a string
        plain: bool,
        props: Props<'a>,
        start: u32,
        end: u32,
    },
    SequenceStart {
        props: Props<'a>,
        start: u32,
    },
    /// `end` is 0 for block collections: they end where their last entry does.
    SequenceEnd {
        end: u32,
    },
    MappingStart {
        props: Props<'a>,
        start: u32,
    },
    /// See [`Event::SequenceEnd`].
    MappingEnd {
        end: u32,
    },
}

/// Anchor and tag.
#[derive(Debug, Default)]
pub(super) struct Props<'a> {
    pub anchor: Option<Cow<'a, str>>,
    pub tag: Option<Cow<'a, str>>,
}
