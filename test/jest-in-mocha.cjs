/**
 * Adds Jest's functions to Mocha's own. Mutation testing runs the tests of one mutant after another in one process, for
 * which Jest would reload all modules. Hooks of a file apply only to its own tests, as in Jest.
 */
const { bind } = require('jest-each');
const { expect } = require('expect');
const { Suite, interfaces } = require('mocha');

const { bdd } = interfaces;

interfaces.bdd = (root) => {
  root.on('pre-require', (context, file, mocha) => {
    const suite = Suite.create(root, file);
    bdd(suite);
    suite.emit('pre-require', context, file, mocha);
    const { it, describe, before: beforeAll, after: afterAll } = context;
    const test = Object.assign((...args) => it(...args), { each: bind(it) });
    const group = Object.assign((...args) => describe(...args), { each: bind(describe) });
    Object.assign(context, { expect, beforeAll, afterAll, test, it: test, describe: group });
  });
};
