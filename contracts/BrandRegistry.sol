// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBrandRegistry} from "./interfaces/IBrandRegistry.sol";
import {BrandBook} from "./registry/BrandBook.sol";
import {BrandOwners} from "./registry/BrandOwners.sol";
import {BrandRights} from "./registry/BrandRights.sol";
import {CompanyPrefixes} from "./registry/CompanyPrefixes.sol";
import {TrustLevels} from "./registry/TrustLevels.sol";

/// @title BrandRegistry: see IBrandRegistry, which holds the documentation. Each part stands in its own file.
contract BrandRegistry is IBrandRegistry, BrandRights, BrandOwners, CompanyPrefixes, TrustLevels {
    constructor(address consortium, address cases) BrandBook(consortium) TrustLevels(cases) {}
}
