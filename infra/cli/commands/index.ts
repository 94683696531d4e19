import type { Command } from '../command.js';
import { budgetCommands, limitCommands } from './budgets.js';
import { credentialCommands } from './credentials.js';
import { creditCommands } from './credits.js';
import { databaseCommands } from './database.js';
import { declaredCommands } from './declared.js';
import { keyCommands } from './keys.js';
import { modelCommands } from './models.js';
import { offerCommands } from './offers.js';
import { proposalCommands } from './proposals.js';
import { priceCommands } from './prices.js';
import { projectCommands } from './projects.js';
import { teamCommands } from './teams.js';
import { usageCommands } from './usage.js';
import { userCommands } from './users.js';

/** Everything that `sluice` does, in the order of its usage text. */
export const commands: readonly Command[] = [
  ...projectCommands,
  ...teamCommands,
  ...keyCommands,
  ...budgetCommands,
  ...limitCommands,
  ...creditCommands,
  ...userCommands,
  ...usageCommands,
  ...priceCommands,
  ...credentialCommands,
  ...offerCommands,
  ...modelCommands,
  ...proposalCommands,
  ...declaredCommands,
  ...databaseCommands,
];
