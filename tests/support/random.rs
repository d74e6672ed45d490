//! Numbers that look random and are the same in every run.

/// xorshift64* (Marsaglia, Vigna).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Returns a series of its own for every seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Returns the next number.
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Returns the next number below `end`, which is not zero.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.draw() >> 11) % end
    }
}
