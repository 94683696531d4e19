import { testKills, useChaos } from './use-chaos.js';
import { shortKills } from './short-kills.js';

testKills(useChaos(), shortKills);
