//! The grammar: tokens into events, by the state machine of libyaml's parser.
//!
//! Only the first document of a text is read, as Kubernetes does it.

use super::cursor::Mark;
use super::event::{Event, Props};
use super::scanner::Scanner;
use super::token::{Fault, Kind, Scan, Token};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
enum State {
    DocumentStart { implicit: bool },
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry { first: bool },
    IndentlessSequenceEntry,
    BlockMappingKey { first: bool },
    BlockMappingValue,
    FlowSequenceEntry { first: bool },
    FlowSequencePairKey,
    FlowSequencePairValue,
    FlowSequencePairEnd,
    FlowMappingKey { first: bool },
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

pub(super) struct Events<'a> {
    pub scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    marks: Vec<Mark>,
}

impl<'a> Events<'a> {
    pub fn new(scanner: Scanner<'a>) -> Events<'a> {
        Events { scanner, state: State::DocumentStart { implicit: true }, states: Vec::new(), marks: Vec::new() }
    }

    /// The next event. Nothing follows [`Event::StreamEnd`].
    pub fn next(&mut self) -> Scan<Event<'a>> {
        match self.state {
            State::DocumentStart { implicit } => self.document_start(implicit),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceEntry { first } => self.block_sequence_entry(first),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey { first } => self.block_mapping_key(first),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceEntry { first } => self.flow_sequence_entry(first),
            State::FlowSequencePairKey => self.flow_pair_key(),
            State::FlowSequencePairValue => self.flow_pair_value(),
            State::FlowSequencePairEnd => {
                self.scanner.peek()?;
                self.state = State::FlowSequenceEntry { first: false };
                Ok(Event::MappingEnd { end: 0 })
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => {
                let at = self.scanner.peek()?.start;
                self.state = State::FlowMappingKey { first: false };
                Ok(empty(at.pos))
            }
            State::End => Ok(Event::StreamEnd),
        }
    }

    #[inline]
    fn kind(&mut self) -> Scan<Kind> {
        Ok(self.scanner.peek()?.kind)
    }

    #[inline]
    fn take(&mut self) -> Scan<Token<'a>> {
        self.scanner.take()
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Reads a node and goes on in `then` after it.
    fn node_then(&mut self, then: State, block: bool, indentless: bool) -> Scan<Event<'a>> {
        self.states.push(then);
        self.node(block, indentless)
    }

    fn empty_then(&mut self, then: State, at: u32) -> Scan<Event<'a>> {
        self.state = then;
        Ok(empty(at))
    }

    fn open(&mut self) -> Scan<()> {
        let mark = self.take()?.start;
        self.marks.push(mark);
        Ok(())
    }

    fn close(&mut self) -> Scan<u32> {
        self.pop_state();
        self.marks.pop();
        Ok(self.take()?.end)
    }

    fn expected(&mut self, context: &'static str, what: &'static str) -> Box<Fault> {
        let at = self.scanner.peek().map_or_else(|fault| fault.at, |t| t.start);
        let opened = self.marks.pop().unwrap_or(at);
        Fault::within(context, opened, what, at)
    }

    fn document_start(&mut self, implicit: bool) -> Scan<Event<'a>> {
        if !implicit {
            while self.kind()? == Kind::DocumentEnd {
                self.take()?;
            }
        }
        match self.kind()? {
            Kind::StreamEnd => {
                self.state = State::End;
                return Ok(Event::StreamEnd);
            }
            Kind::DocumentStart => {
                self.take()?;
                self.state = State::DocumentContent;
            }
            _ if implicit => self.state = State::BlockNode,
            _ => return Err(self.expected("", "did not find expected <document start>")),
        }
        self.states.push(State::DocumentEnd);
        Ok(Event::DocumentStart)
    }

    fn document_content(&mut self) -> Scan<Event<'a>> {
        match self.kind()? {
            Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd => {
                let at = self.scanner.peek()?.start.pos;
                self.pop_state();
                Ok(empty(at))
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Scan<Event<'a>> {
        let explicit = self.kind()? == Kind::DocumentEnd;
        if explicit {
            self.take()?;
        }
        self.state = State::DocumentStart { implicit: false };
        Ok(Event::DocumentEnd { explicit })
    }

    fn node(&mut self, block: bool, indentless: bool) -> Scan<Event<'a>> {
        let mut kind = self.kind()?;
        if kind == Kind::Alias {
            let token = self.take()?;
            self.pop_state();
            return Ok(Event::Alias { name: token.text, start: token.start.pos, end: token.end });
        }
        let mut props = Props::default();
        let mut props_mark = None;
        // An anchor and a tag, in either order, at most one of each.
        while (kind == Kind::Anchor && props.anchor.is_none()) || (kind == Kind::Tag && props.tag.is_none()) {
            let token = self.take()?;
            props_mark.get_or_insert(token.start);
            if kind == Kind::Anchor {
                props.anchor = Some(token.text)
            } else {
                props.tag = Some(token.text)
            }
            kind = self.kind()?;
        }
        let start = self.scanner.peek()?.start;
        let collection = match kind {
            Kind::Scalar => {
                let token = self.take()?;
                self.pop_state();
                // A lone `!` asks for the meaning that the text has anyway.
                let plain = if props.tag.is_none() { token.plain } else { props.tag.as_deref() == Some("!") };
                return Ok(Event::Scalar { text: token.text, plain, props, start: start.pos, end: token.end });
            }
            Kind::BlockEntry if indentless => Some((State::IndentlessSequenceEntry, true)),
            Kind::FlowSequenceStart => Some((State::FlowSequenceEntry { first: true }, true)),
            Kind::BlockSequenceStart if block => Some((State::BlockSequenceEntry { first: true }, true)),
            Kind::FlowMappingStart => Some((State::FlowMappingKey { first: true }, false)),
            Kind::BlockMappingStart if block => Some((State::BlockMappingKey { first: true }, false)),
            _ => None,
        };
        match (collection, props_mark) {
            (Some((state, true)), _) => {
                self.state = state;
                Ok(Event::SequenceStart { props, start: start.pos })
            }
            (Some((state, false)), _) => {
                self.state = state;
                Ok(Event::MappingStart { props, start: start.pos })
            }
            // An anchor or a tag alone stands at an empty scalar.
            (None, Some(mark)) => {
                self.pop_state();
                let plain = props.tag.is_none();
                Ok(Event::Scalar { text: Cow::Borrowed(""), plain, props, start: mark.pos, end: mark.pos })
            }
            (None, None) => {
                let context = if block { "while parsing a block node" } else { "while parsing a flow node" };
                Err(Fault::within(context, start, "did not find expected node content", start))
            }
        }
    }

    fn block_sequence_entry(&mut self, first: bool) -> Scan<Event<'a>> {
        if first {
            self.open()?;
        }
        match self.kind()? {
            Kind::BlockEntry => {
                let end = self.take()?.end;
                let next = State::BlockSequenceEntry { first: false };
                match self.kind()? {
                    Kind::BlockEntry | Kind::BlockEnd => self.empty_then(next, end),
                    _ => self.node_then(next, true, false),
                }
            }
            Kind::BlockEnd => self.close().map(|_| Event::SequenceEnd { end: 0 }),
            _ => Err(self.expected("while parsing a block collection", "did not find expected '-' indicator")),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Scan<Event<'a>> {
        if self.kind()? != Kind::BlockEntry {
            self.pop_state();
            return Ok(Event::SequenceEnd { end: 0 });
        }
        let end = self.take()?.end;
        match self.kind()? {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                self.empty_then(State::IndentlessSequenceEntry, end)
            }
            _ => self.node_then(State::IndentlessSequenceEntry, true, false),
        }
    }

    fn block_mapping_key(&mut self, first: bool) -> Scan<Event<'a>> {
        if first {
            self.open()?;
        }
        match self.kind()? {
            Kind::Key => {
                let end = self.take()?.end;
                match self.kind()? {
                    Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_then(State::BlockMappingValue, end),
                    _ => self.node_then(State::BlockMappingValue, true, true),
                }
            }
            Kind::BlockEnd => self.close().map(|_| Event::MappingEnd { end: 0 }),
            _ => Err(self.expected("while parsing a block mapping", "did not find expected key")),
        }
    }

    fn block_mapping_value(&mut self) -> Scan<Event<'a>> {
        let next = State::BlockMappingKey { first: false };
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            let at = token.start.pos;
            return self.empty_then(next, at);
        }
        let end = self.take()?.end;
        match self.kind()? {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_then(next, end),
            _ => self.node_then(next, true, true),
        }
    }

    /// Moves over the `,` before every entry but the first.
    fn flow_separator(&mut self, first: bool, context: &'static str, what: &'static str) -> Scan<()> {
        if !first {
            if self.kind()? != Kind::FlowEntry {
                return Err(self.expected(context, what));
            }
            self.take()?;
        }
        Ok(())
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Scan<Event<'a>> {
        if first {
            self.open()?;
        }
        if self.kind()? != Kind::FlowSequenceEnd {
            self.flow_separator(first, "while parsing a flow sequence", "did not find expected ',' or ']'")?;
            match self.kind()? {
                Kind::Key => {
                    let start = self.take()?.start.pos;
                    self.state = State::FlowSequencePairKey;
                    return Ok(Event::MappingStart { props: Props::default(), start });
                }
                Kind::FlowSequenceEnd => {}
                _ => return self.node_then(State::FlowSequenceEntry { first: false }, false, false),
            }
        }
        self.close().map(|end| Event::SequenceEnd { end })
    }

    fn flow_pair_key(&mut self) -> Scan<Event<'a>> {
        match self.kind()? {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                // NOTE: as in libyaml: what ends the key is dropped with it.
                let end = self.take()?.end;
                self.empty_then(State::FlowSequencePairValue, end)
            }
            _ => self.node_then(State::FlowSequencePairValue, false, false),
        }
    }

    fn flow_pair_value(&mut self) -> Scan<Event<'a>> {
        let at = self.scanner.peek()?.start.pos;
        if self.kind()? == Kind::Value {
            self.take()?;
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowSequenceEnd) {
                return self.node_then(State::FlowSequencePairEnd, false, false);
            }
        }
        self.empty_then(State::FlowSequencePairEnd, at)
    }

    fn flow_mapping_key(&mut self, first: bool) -> Scan<Event<'a>> {
        if first {
            self.open()?;
        }
        if self.kind()? != Kind::FlowMappingEnd {
            self.flow_separator(first, "while parsing a flow mapping", "did not find expected ',' or '}'")?;
            match self.kind()? {
                Kind::Key => {
                    self.take()?;
                    let token = self.scanner.peek()?;
                    if !matches!(token.kind, Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd) {
                        return self.node_then(State::FlowMappingValue, false, false);
                    }
                    let at = token.start.pos;
                    return self.empty_then(State::FlowMappingValue, at);
                }
                Kind::FlowMappingEnd => {}
                _ => return self.node_then(State::FlowMappingEmptyValue, false, false),
            }
        }
        self.close().map(|end| Event::MappingEnd { end })
    }

    fn flow_mapping_value(&mut self) -> Scan<Event<'a>> {
        let next = State::FlowMappingKey { first: false };
        let mut at = self.scanner.peek()?.start.pos;
        if self.kind()? == Kind::Value {
            at = self.take()?.end;
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowMappingEnd) {
                return self.node_then(next, false, false);
            }
        }
        self.empty_then(next, at)
    }
}

/// A value that is not there.
fn empty<'a>(at: u32) -> Event<'a> {
    Event::Scalar { text: Cow::Borrowed(""), plain: true, props: Props::default(), start: at, end: at }
}
