import { readDetectionSettings } from '../detect/chosen-detection';

const DEFAULT_FOLDER = 'rules';

/** The folder that a command works on. @param asked as typed @throws OperatorError if `cdk.json` cannot be read */
export async function chosenFolder(asked: string | undefined): Promise<string> {
  return asked ?? (await readDetectionSettings({})).rulesFolder ?? DEFAULT_FOLDER;
}
