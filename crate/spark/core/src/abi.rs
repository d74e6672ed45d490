//! The C ABI. A caller asks [`reserve`] for room, writes its bytes there, calls a function and reads what [`output`] points to.
//!
//! A function returns 0, or 1 where the output is the reason of a failure as text. A panic ends the instance by a trap;
//! [`in_hand`] then still names the tuple that it had in hand.

#![allow(
    unsafe_code,
    reason = "an exported name needs the attribute `unsafe(no_mangle)`; nothing else here is unsafe"
)]

use crate::{Core, Error};
use std::cell::RefCell;
use std::sync::Mutex;

#[derive(Default)]
struct State {
    core: Core,
    input: Vec<u8>,
    output: Vec<u8>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// The tuple that is being judged; behind it the message of a panic.
static IN_HAND: Mutex<String> = Mutex::new(String::new());

/// Notes which tuple is being judged.
pub(crate) fn take_in_hand(tuple: &str) {
    if let Ok(mut in_hand) = IN_HAND.lock() {
        in_hand.clear();
        in_hand.push_str(tuple);
    }
}

/// Room for `length` bytes of input.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.output = Vec::new();
        state.input.clear();
        state.input.resize(length, 0);
        state.input.as_mut_ptr()
    })
}

/// Where the output of the last call begins.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    STATE.with_borrow(|state| state.output.as_ptr())
}

/// How long it is.
#[unsafe(no_mangle)]
pub extern "C" fn output_length() -> usize {
    STATE.with_borrow(|state| state.output.len())
}

/// Where the name of the tuple in hand begins; can be read after a trap.
#[unsafe(no_mangle)]
pub extern "C" fn in_hand() -> *const u8 {
    IN_HAND.lock().map_or(std::ptr::null(), |in_hand| in_hand.as_ptr())
}

/// How long it is.
#[unsafe(no_mangle)]
pub extern "C" fn in_hand_length() -> usize {
    IN_HAND.lock().map_or(0, |in_hand| in_hand.len())
}

fn call(function: impl FnOnce(&mut Core, &[u8]) -> Result<Vec<u8>, Error>) -> u32 {
    STATE.with_borrow_mut(|state| {
        let input = std::mem::take(&mut state.input);
        let (code, output) = match function(&mut state.core, &input) {
            Ok(output) => (0, output),
            Err(error) => (1, error.to_string().into_bytes()),
        };
        state.output = output;
        code
    })
}

macro_rules! exports {
    ($($(#[$doc:meta])* $name:ident: |$core:ident, $input:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> u32 {
            call(|$core, $input| $body)
        }
    )*};
}

exports! {
    /// [`Core::describe`]
    describe: |core, _input| core.describe();
    /// [`Core::seed`]
    seed: |core, input| core.seed(input).map(|()| Vec::new());
    /// [`Core::configure`]
    configure: |core, input| core.configure(input).map(|()| Vec::new());
    /// [`Core::judge`]
    judge: |core, input| core.judge(input);
    /// [`Core::tell_hosts`]
    tell_hosts: |core, input| core.tell_hosts(input);
    /// [`Core::traits`]
    traits: |core, input| core.traits(input);
    /// [`Core::load_open`]
    load_open: |core, input| core.load_open(input).map(|()| Vec::new());
    /// [`Core::load_push`]
    load_push: |core, input| core.load_push(input).map(|()| Vec::new());
    /// [`Core::load_finish`]
    load_finish: |core, _input| core.load_finish();
    /// [`Core::load_count`]
    load_count: |core, input| core.load_count(input);
    /// [`Core::load_take`]
    load_take: |core, input| core.load_take(input);
}
