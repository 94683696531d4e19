import type { MediaOffer } from '../../workflows/contracts/media-offers.js';
import type { Offer, PriceList } from '../../workflows/contracts/offers.js';
import { speaks } from '../../workflows/domain/native-vendors.js';

/**
 * The offers whose vendor has a tool of its own that makes pictures with the prices of the models that it makes them with,
 * which are the vendor's media offers. Models that are not charged by the token are none that the tool takes.
 */
export function withImageTools(offers: readonly Offer[], media: readonly MediaOffer[]): readonly Offer[] {
  const models = media.flatMap((offer) => {
    const prices = toolPrices(offer);
    return prices === undefined ? [] : [[offer.vendorModel, prices] as const];
  });
  if (models.length === 0) return offers;
  const imageTool = Object.fromEntries(models);
  return offers.map((offer) => (hasTool(offer) ? { ...offer, imageTool } : offer));
}

function hasTool(offer: Offer): boolean {
  return speaks(offer, 'openai-responses') && offer.capabilities.includes('tools');
}

function toolPrices({ vendor, kind, prices }: MediaOffer): PriceList | undefined {
  const { input, input_image: inputImage = input, output_image: outputImage, output = outputImage } = prices;
  const isOne = kind === 'image' && speaks({ vendor }, 'openai-responses');
  if (!isOne || !input || !inputImage || !outputImage || !output) return undefined;
  return {
    image_tool_input: input,
    image_tool_input_image: inputImage,
    image_tool_output: output,
    image_tool_output_image: outputImage,
  };
}
