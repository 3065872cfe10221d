import type { Place } from "./wire_types";

/** About one kilometre: enough for a city, too coarse for a home. */
const STEP_DEG = 0.01;
const LEAST_ACCURACY_M = 1000;
const WAIT_MS = 8000;

function rounded(degrees: number): number {
  return Math.round(degrees / STEP_DEG) / Math.round(1 / STEP_DEG);
}

/** The rough place for the query log; asked for only when the person has agreed. */
export function roughPlace(latitude: number, longitude: number, accuracy_m: number): Place {
  return {
    latitude: rounded(latitude),
    longitude: rounded(longitude),
    accuracy_m: Math.max(LEAST_ACCURACY_M, Math.round(accuracy_m)),
  };
}

/** Where the phone is, roughly; null when it is refused or not known. */
export function askPlace(): Promise<Place | null> {
  if (!("geolocation" in navigator)) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        resolve(roughPlace(coords.latitude, coords.longitude, coords.accuracy));
      },
      () => {
        resolve(null);
      },
      { enableHighAccuracy: false, timeout: WAIT_MS, maximumAge: 600_000 },
    );
  });
}
