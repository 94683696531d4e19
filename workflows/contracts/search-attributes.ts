/** What every request carries, so that it can be found in Temporal's UI. All of type Keyword; none may hold content. */
export const searchAttributeNames = {
  organization: 'SluiceOrganization',
  project: 'SluiceProject',
  key: 'SluiceKey',
  model: 'SluiceModel',
  vendor: 'SluiceVendor',
  status: 'SluiceStatus',
} as const;
