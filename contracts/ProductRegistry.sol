// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProductRegistry} from "./interfaces/IProductRegistry.sol";
import {AuthorisedSellers} from "./registry/AuthorisedSellers.sol";
import {ProductBook} from "./registry/ProductBook.sol";
import {ProductTrees} from "./registry/ProductTrees.sol";
import {SerialRanges} from "./registry/SerialRanges.sol";

/// @title ProductRegistry: see IProductRegistry, which holds the documentation. Each part stands in its own file.
contract ProductRegistry is IProductRegistry, ProductTrees, SerialRanges, AuthorisedSellers {
    constructor(address consortium, address brands, address cases) ProductBook(consortium, brands, cases) {}
}
