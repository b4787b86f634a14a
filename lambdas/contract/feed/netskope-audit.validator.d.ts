// Generated from netskope-audit.schema.json by `npm run generate`. Do not edit.
import type { EventValidator } from './feed';

declare const validate: EventValidator;
export default validate;
