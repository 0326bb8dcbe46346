// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBrandBook} from "./registry/IBrandBook.sol";
import {IBrandOwners} from "./registry/IBrandOwners.sol";
import {IBrandRights} from "./registry/IBrandRights.sol";
import {ICompanyPrefixes} from "./registry/ICompanyPrefixes.sol";
import {ITrustLevels} from "./registry/ITrustLevels.sol";

/// @title Brands, the rights and company prefixes that bureaus verified, and how far each brand's reports are trusted.
interface IBrandRegistry is IBrandBook, IBrandRights, IBrandOwners, ICompanyPrefixes, ITrustLevels {}
