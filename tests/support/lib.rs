//! What the tests that cross stages share: where the fixtures and the shared suites are.
