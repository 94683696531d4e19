// Two teams on one gateway: each with a project, a budget and a key of its own, and nobody spends what is another's.

const { SLUICE_BASE_URL, SLUICE_ADMIN_KEY } = process.env;

async function ask(path, { method = 'POST', key = SLUICE_ADMIN_KEY, body } = {}) {
  const response = await fetch(`${SLUICE_BASE_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function administer(path, options) {
  const { status, body } = await ask(path, options);
  if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** A project with a budget, and a key that may call some models only. */
async function createTeam(name, { budgetUsd, models }) {
  const projects = '/organization/projects';
  const project = await administer(projects, { body: { name, budget_usd: budgetUsd } });
  const key = await administer(`${projects}/${project.id}/api_keys`, {
    body: { name: `${name}'s application`, allowed_models: models },
  });
  return { name, projectId: project.id, keyId: key.id, key: key.value };
}

/** `sandbox/metered` costs play money, so that a budget can be seen to end. */
async function chat({ key }, model) {
  const messages = [{ role: 'user', content: 'Hello' }];
  return ask('/chat/completions', { key, body: { model, messages, max_tokens: 200 } });
}

const told = ({ status, body }) => (status === 200 ? `200, ${body.usage.cost} USD` : `${status} ${body.error.code}`);

/** Asks until the team is refused; gives the refusal. */
async function spendAll(team) {
  for (let calls = 0; calls < 1_000; calls += 1) {
    const answer = await chat(team, 'sandbox/metered');
    if (answer.status !== 200) return { calls, answer };
  }
  throw new Error(`${team.name} was never refused.`);
}

async function main() {
  const search = await createTeam('Search', { budgetUsd: '5', models: ['sandbox/*'] });
  const support = await createTeam('Support', { budgetUsd: '0.01', models: ['sandbox/metered'] });

  console.log(`Search asks sandbox/metered: ${told(await chat(search, 'sandbox/metered'))}`);
  console.log(`Search asks sandbox/echo: ${told(await chat(search, 'sandbox/echo'))}`);
  console.log(`Support asks sandbox/echo: ${told(await chat(support, 'sandbox/echo'))}`);
  const { calls, answer } = await spendAll(support);
  console.log(`Support asks sandbox/metered: ${calls} answers, then ${told(answer)}`);
  console.log(`Search asks sandbox/metered: ${told(await chat(search, 'sandbox/metered'))}`);

  const { data } = await administer('/organization/balances', { method: 'GET' });
  for (const { name, projectId } of [search, support]) {
    const balance = data.find(({ scope }) => scope === `project:${projectId}`);
    console.log(`${name} has spent ${balance.spent_usd} of ${balance.credited_usd} USD`);
  }

  await administer(`/organization/projects/${search.projectId}/api_keys/${search.keyId}`, { method: 'DELETE' });
  console.log(`Search asks with the key that was revoked: ${told(await chat(search, 'sandbox/echo'))}`);
}

await main();
