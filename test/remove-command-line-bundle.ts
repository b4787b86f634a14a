export { removeCommandLine as default } from './command-line-bundle';
