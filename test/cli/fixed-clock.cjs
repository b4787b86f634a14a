/** Loaded before a command line: its present is the test's. */
Date.now = () => Number(process.env.TEST_NOW_MS);
