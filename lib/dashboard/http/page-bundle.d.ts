// Made of page/ by scripts/build-page.mjs.

/** The page's script, an ES module. */
export declare const script: string;
export declare const style: string;
export declare const icon: string;
