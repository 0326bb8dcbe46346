// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAuthorisedSellers} from "./registry/IAuthorisedSellers.sol";
import {IProductBook} from "./registry/IProductBook.sol";
import {IProductTrees} from "./registry/IProductTrees.sol";
import {ISerialRanges} from "./registry/ISerialRanges.sol";

/// @title Products by GTIN one by one or by the tree, their serial numbers, and the sellers a brand authorised.
interface IProductRegistry is IProductBook, IProductTrees, ISerialRanges, IAuthorisedSellers {}
