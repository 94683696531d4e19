/** As the vendor's price list words it: `720p`, `1024x1024`, `hd`. */
export interface MediaProperties {
  readonly resolution?: string;
  readonly size?: string;
  readonly quality?: string;
}
