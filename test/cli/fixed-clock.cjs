/** Loaded before a command line, to give it the time of the test. */
Date.now = () => Number(process.env.TEST_NOW_MS);
